// Every vector, with the Ed25519 that WebCrypto has.
import { everyVector } from "./every.ts";

everyVector();

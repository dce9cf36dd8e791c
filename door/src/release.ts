// The release that this page is of. Its day is a floor under "today": no manifest from before it is believed.
import type { Release } from "./sealed/line.ts";

export const RELEASE: Release = { day: 20_782, version: 1 };

// What build.mjs makes of locales/ and of the lists of words: see locale.mjs.
declare module "locale:*" {
  const sentences: import("./speech.ts").Locale;
  export default sentences;
}
declare module "words:*" {
  const packed: string;
  export default packed;
}

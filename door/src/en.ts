// What comes with the language: one download.
export { default as sentences } from "locale:en";
export { default as words } from "words:en";

// What comes with the language: one download.
export { default as sentences } from "locale:ru";
export { default as words } from "words:ru";

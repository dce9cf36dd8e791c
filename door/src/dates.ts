// Days as dates in words. There is no time of day anywhere: the relay knows days only.
import { language } from "./speech.ts";

const DAY_MS = 86_400_000;

/** A day (since 1970-01-01 UTC) as "25 November" in the language in use. */
export function dateOf(day: number): string {
  const year = new Date(day * DAY_MS).getUTCFullYear();
  const thisYear = new Date().getUTCFullYear();
  const shape: Intl.DateTimeFormatOptions = { day: "numeric", month: "long", timeZone: "UTC" };
  const text = new Intl.DateTimeFormat(language() === "en" ? "en-GB" : "ru", { ...shape, ...(year === thisYear ? {} : { year: "numeric" }) });
  // A date stays on one line with its month.
  return text.format(day * DAY_MS).replace(/(\d+) /g, "$1\u00a0");
}

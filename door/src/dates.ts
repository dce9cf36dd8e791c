// Days as dates in words. There is no time of day anywhere: the relay knows days only.
import { language } from "./speech.ts";

const DAY_MS = 86_400_000;

/** A day (since 1970-01-01 UTC) as "25 November" in the language in use; with its year if that is not the device's own. */
export function dateOf(day: number): string {
  const [year, ours] = [day * DAY_MS, Date.now()].map((ms) => new Date(ms).getUTCFullYear());
  return year === ours ? format(day, {}) : fullDateOf(day);
}

/** With its year, whichever it is. */
export const fullDateOf = (day: number): string => format(day, { year: "numeric" });

function format(day: number, more: Intl.DateTimeFormatOptions): string {
  const shape: Intl.DateTimeFormatOptions = { day: "numeric", month: "long", timeZone: "UTC", ...more };
  const text = new Intl.DateTimeFormat(language() === "en" ? "en-GB" : "ru", shape).format(day * DAY_MS);
  // A date stays on one line with its month; the short "г." would bring a second full stop.
  return text.replace(/(\d+) /g, "$1\u00a0").replace(/\sг\.$/, "\u00a0года");
}

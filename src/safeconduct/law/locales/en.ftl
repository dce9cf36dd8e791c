date = { DATETIME($day, dateStyle: "long") }
draft = Draft, not reviewed by a lawyer.
reviewed = Reviewed by { $by } on { $day }.
stale = OUT OF DATE: the pack "{ $pack }" was to be reviewed by { $day }. The law may have changed since.
country-unknown = No pack speaks of { $country }. What follows is incomplete.
yes = yes
no = no
open = not known
pres = yes, if the presumption holds
value-yes = may apply
value-no = does not apply on what is known
value-open = may apply; still unknown
value-pres = may apply, because the law presumes it
offence-yes = is feared: the acts named fit
offence-no = not on what is known
offence-open = may be feared; still unknown
offence-pres = may be feared
exclusion-yes = would bar it
exclusion-no = does not bar it on what is known
exclusion-open = not examined
exclusion-pres = may bar it
kind-ground = Grounds that may apply
kind-exclusion = What would bar them
kind-offence = Offences that are feared
kind-deadline = Days that are running
kind-risk = Risks of the place
kind-stay = Staying there
kind-document = Papers that usually decide
kind-statement = What is known of practice
kind-service = When something counts as served
kind-question = Still to ask, this first
kind-unbacked = Not known to us
all-of = all of these
any-of = any of these
none-of = it is not so that
lawyer-only = a question for a lawyer
more-than = { $question } — more than { $limit }
at-most = { $question } — at most { $limit }
equals = { $question } — { $wanted }
burden-applicant = the applicant has to show it
burden-shared = to be established together with the authority
because = Because
according-to = According to
as-of = as of { $day }
as-of-unknown = date not known
confidence = certainty: { $level }
level-high = high
level-medium = medium
level-low = low
level-unverified = unverified
still-unknown = Still unknown
presumption = Presumption
barred-by = Barred by
unexamined = Not examined, for a lawyer
overridden-by = A graver rule takes its place
not-in-force = Not in force on the date that decides.
date-wanted = Depends on { $date }, which is not known.
date-vague = The date that decides whether this is in force is not known exactly.
disputed = ANSWERS DISAGREE: “no” was said to “{ $question }”, but this is written down: { $event }. Find out which is right. Until then the days for both are shown.
prison = prison { $range }
arrest_or_disciplinary_unit = arrest or a disciplinary unit
fine_or_prison = a fine, or prison { $range }
years-to = up to { $max ->
    [one] { $max } year
   *[other] { $max } years
}
years-from-to = from { $min } to { $max ->
    [one] { $max } year
   *[other] { $max } years
}
last-day = Last day: { $day }
work-towards = work towards { $day }
moment = { $day }, { $time } (UTC{ $offset })
standing-today = Act today.
standing-doubtful = This day may have passed. It may still be in time, until { $day } at the latest. Act now.
standing-passed = The last day has passed. Ask a lawyer at once whether the time can be restored.
standing-other-doubtful = This day may have passed; { $day } at the latest.
standing-other-passed = This day has passed.
between = Between { $earliest } and { $latest }, because the date of the event is not exact.
unknown-because = Unknown, because this is missing: { $missing }.
if-missed = If missed
if-missed-inferred = If missed (inferred)
suspensive-full = acting in time keeps it from being carried out
suspensive-on_request = only on request, it may keep it from being carried out
suspensive-none = it does not stop anything by itself
suspensive-unknown = whether it stops anything is not known
why-this-date = Why this date
why-event = Starts with: { $event }, { $day }
why-length = { $count ->
    [working] { $length }, working days only
    [calendar] { $length }, by the calendar
    [unknown-back] { $length }; whether calendar or working days is not established, so counted in working days if that is earlier
   *[unknown] { $length }; whether calendar or working days is not established, so counted by the calendar (the earlier)
}
why-not-counted = The day of the event itself is not counted.
why-end = Counted so it ends on { $day }.
why-moment = To the hour: { $moment }.
note-at-once = At once.
note-count-unknown = Calendar or working days: not established; the earlier is shown.
note-roll-unknown = It ends on a day when offices are closed and no rule was found that moves it: act before.
note-rolled = It ended on a free day and moves to the next working day.
note-extended = Moved, since such a period holds at least two working days.
note-band = The law of the place may give longer, until { $day } at most.
note-hour-wanted = Counted in hours: ask for the hour of the event.
note-imprecise = The date of the event is not exact: planned with the earliest.
note-zones = It is not known which clock of the country counts: the earlier day is taken.
note-calendar-unknown = Holidays of this country are not known to us: only Saturdays and Sundays were left out.
length-hour = { $n ->
    [one] { $n } hour
   *[other] { $n } hours
}
length-day = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
length-week = { $n ->
    [one] { $n } week
   *[other] { $n } weeks
}
length-month = { $n ->
    [one] { $n } month
   *[other] { $n } months
}
length-year = { $n ->
    [one] { $n } year
   *[other] { $n } years
}
length-back = { $length } before
applies-if = Only if: { $facts }
answer-intro = This is general information, not a decision and not advice on your own case. Please read it with a lawyer.
answer-ground-yes = “{ $label }” may apply to you.
answer-ground-pres = “{ $label }” may apply to you: the law presumes what is not yet known.
answer-ground-open = “{ $label }” may apply to you. We still do not know:
answer-ground-hidden = “{ $label }” may apply to you. What more it takes is for a lawyer to decide.
answer-nothing = On what we know we cannot name a ground. That does not mean there is none: much is still unknown.
answer-offence = What may be feared if you were sent back: { $label } ({ $article }), { $sanction }. This is not an accusation.
answer-bar = Whether anything speaks against it, a lawyer has to examine.
answer-day = { $label }: the last day is { $day }; please act by { $towards }.
answer-day-if = { $label }: if this applies, the last day is { $day }; please act by { $towards }.
answer-last = { $label }: the last day is { $day }.
answer-last-if = { $label }: if this applies, the last day is { $day }.
answer-date = { $label }: { $day }.
answer-date-if = { $label }: if this applies, { $day }.
answer-missing = { $label }: we cannot count the days yet. We need: { $missing }.
answer-documents = What usually decides: { $documents }.
answer-source = According to: { $source }, { $asof }.
answer-stale = Some of this is past its review and may have changed.
answer-draft = No lawyer has reviewed the sources of this text yet.
article = art. { $number }{ $part ->
    [none] {""}
   *[other] {" "}part { $part }
}

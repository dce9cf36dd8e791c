# The desk: everything it says in English.

title = Desk
skip = To the content
home = to the queue
close = Close

## Coming in

enter-title = This desk opens by its own address
enter-how = An address works once. This command shows a new one:
enter-why = So no other page in the browser and no other user of this computer can open this desk.
unlock-title = The desk is locked
unlock-label = Passphrase
unlock-do = Unlock
unlock-busy = Unlocking…
unlock-note = What you have written lies in the vault on this computer. Only your passphrase opens it.
unlock-wrong = This passphrase does not fit. Nothing is lost: try again, and check the keyboard layout and Caps Lock.
lock-do = Lock

## Refusals

refusal-title = That did not work
refusal-back = Back to the queue
refusal-token = This address was used already, or the desk was started anew. The command safeconduct desk address shows another.
refusal-absent = There is no such thing on this desk, or it was not given to you.
refusal-title-absent = Nothing here
refusal-refused = The desk could not do this. Nothing was changed and nothing is lost.
refusal-closed = A colleague has already taken this request up. Nothing is lost: it is being looked after.
refusal-writer-wrong = This desk may not write that: you do not have the duty for it, or the case is no longer yours. Nothing was changed.
refusal-desk-taken = Another program has this desk open. Close it and try again.
refusal-desk-unknown = There is no desk here yet, or the coordinator has not admitted it. Begin with safeconduct desk card, or write to a coordinator.
refusal-format-other = This vault was written by another version of the program. It was not touched. Start the earlier version of the program, or ask a coordinator.
refusal-broken = Something broke in the desk. Whatever was saved is still there. Go back and try again.
refusal-large = Too long for one go. Divide the text into parts.
refusal-form = The browser sent something the desk does not understand. Nothing was changed.
refusal-method = This page cannot be opened that way. Go back to the queue and try from there.
refusal-guard-403 = This request did not come from the desk: another page or another user of this computer sent it. Nothing was changed.
refusal-guard-405 = This page cannot be opened that way. Go back to the queue and try from there.
refusal-guard-421 = The desk has another address. The command safeconduct desk address shows it.
refusal-guard-500 = Something broke in the desk. Whatever was saved is still there. Load the page again.

## The line of status

relay-there = Connected
relay-silent = No connection: what you write waits and goes out by itself
relay-foreign = Something else answers at the relay’s address. Nothing is sent
relay-clock = The clocks of the relay and this computer do not agree; what you write waits
status-waiting =
    { $count ->
        [one] { $count } item waits to go out
       *[other] { $count } items wait to go out
    }
status-past-grace =
    { $count ->
        [one] { $count } request was not taken up in time
       *[other] { $count } requests were not taken up in time
    }
status-manifest =
    { $days ->
        [0] The door closes today: a coordinator must open their desk
        [one] The door closes in { $days } day: a coordinator must open their desk
       *[other] The door closes in { $days } days: a coordinator must open their desk
    }
status-delegation =
    { $days ->
        [0] The root key must be brought today: safeconduct org delegate
        [one] In { $days } day the root key must be brought: safeconduct org delegate
       *[other] In { $days } days the root key must be brought: safeconduct org delegate
    }
status-alone = one person alone decides here
desk-away = The desk’s program does not answer. Keep this page open so that nothing you wrote on it is lost, and start the desk again.

## Alarms

alarms-label = Alarms

alarm-confirm = Understood
alarm-fork = The relay shows different things to different people
alarm-do-fork = Its own signature proves it, and the proof is kept. Talk to your colleagues outside the desk before you trust it with anything new.
alarm-withheld = The relay does not hand out what it has accepted
alarm-do-withheld = You may not see a part of the conversation. Compare with your colleagues outside the desk, and tell whoever runs the relay.
alarm-forged = The relay gave what no honest relay gives
alarm-do-forged = The desk does not show it and does nothing because of it. Tell the coordinator.
alarm-cloned-desk = Somebody writes from a copy of a colleague’s desk
alarm-do-cloned-desk = Either the desk was restored from a copy, or its keys were stolen. Talk to that colleague in person or by telephone before you believe what is written.
alarm-relays-clock = The relay’s clock and this computer’s are more than a day apart
alarm-do-relays-clock = Check this computer’s clock. If it is right, tell whoever runs the relay, and do not trust the days in conversations for now.
alarm-spoken-in-our-name = Somebody wrote to a person in our name, and none of us has signed it
alarm-do-spoken-in-our-name = Read those words and ask your colleagues. If nobody wrote them, say so in the conversation, and tell the coordinator.
alarm-stale-keys-served = The relay handed out old keys
alarm-do-stale-keys-served = New requests may have been sealed to the wrong keys. Tell the coordinator: the keys have to be changed.
alarm-sender-wrong = A letter came from someone who may not send it
alarm-do-sender-wrong = The desk dropped it. There is nothing to do; tell the coordinator.
alarm-writer-wrong = Someone without the right to it wrote into a case
alarm-do-writer-wrong = The entry does not count. Tell the coordinator.
alarm-past-grace = Some requests were not taken up in time, and cannot be opened for now
alarm-do-past-grace = When a person comes back with the nine words, the request arrives again by itself. If they do not come back, we cannot read it. Talk about who does intake this week.
alarm-lost = Your reply was not sent: a colleague took this request up first
alarm-do-lost = The person will not read your reply. The words are kept: open the request in “Set aside”.
alarm-other = The desk noticed something that must not be
alarm-do-other = Delete nothing, and tell the coordinator.

## The list

list-label = Requests
band-new = New
band-mine = Mine
band-team = Colleagues’
band-aside = Set aside
next = Most urgent
next-none = Nobody waits for an answer now.
more = More
rows-none-new = No new requests.
rows-none-mine = You have no cases yet. The key n opens the most urgent request.
rows-none-team = No colleague has given you a case.
rows-none-aside = Nothing was set aside.
row-new = { $count } new
row-coming = taking up, waiting for the relay
row-past-grace = not taken up in time
arrived = Something new arrived.
undo-aside = Set aside.
undo-do = Undo

urgency-held = Held now
urgency-date = A date is set
urgency-papers = Papers served
urgency-unit = In the unit now
urgency-none = None of these
urgency-own-words = The person’s own answer.

waits =
    { $count ->
        [0] waiting since today
        [one] waiting { $count } day
       *[other] waiting { $count } days
    }
reason-held = as they wrote, { waits }
reason-date = as they wrote, { waits }
reason-papers = as they wrote, { waits }
reason-unit = as they wrote, { waits }
reason-triaged = set by colleagues, { waits }
reason-waiting = { waits }
reason-answered = we answered
reason-lost = a colleague was first, your words were not sent

country-other = another country
day-today = today
day-yesterday = yesterday

## A request or a case

back-to = ← { $band }
wrote-on = wrote { $day }
can-see-who = seen by { $names }
can-see-intake = seen by everyone on intake
talk-label = Conversation
from-here = new
item-organisation = We
item-answer = We · { $name }
item-note = Note for colleagues · { $name }
item-reported = Taken down by { $name }
state-waiting = waits to go out
state-held = not sent: waits for you
did-taken = Taken up: { $name }
did-taken-by-nobody = Taken up
did-granted = { $name } gave { $whom } this case
did-granted-bare = { $name } gave a colleague this case
did-triaged = Urgency changed: { $name }

held-title = Your reply was not sent: the person wrote again meanwhile
held-why = Read the new words and decide whether the reply still fits.
held-yours = Your reply
held-drop = Back to the draft, to go on writing
held-send = Send as it is

lost-title = A colleague took this request up first
lost-title-left = A colleague took this request up first: your words were not sent
lost-by = { $name } answers this person.
lost-by-unknown = This desk cannot see who answers this person.
lost-do = The person will not read what you wrote. If the words are needed, copy them and pass them to whoever answers.
lost-reply = Not sent
lost-draft = Unfinished reply
lost-note = Unfinished note
lost-away = Erase these words and take it off the list

which-label = What you are writing
reply-title = Reply to the person
reply-label = { $name } will read this reply
reply-do = Send
reply-not = There is no replying from here now.
draft-kept = Draft kept in the vault
note-title = Note for colleagues
note-label = Note: only colleagues who have this case will see it
note-why = The person never sees it.
note-do = Save note
take-do = Take up
take-why = It becomes yours and you can answer at once. The person sees that somebody took it up.
past-grace-why = This request cannot be opened now. When the person comes back to their page with the nine words, it arrives again by itself.
coming-why = You are taking this up. Once there is a connection, it will show whether a colleague was first. You can write the reply now: it goes out only if this becomes yours.
restore-do = Back to the new ones
aside-why = Set aside.
aside-why-junk = Set aside as junk.
aside-why-twice = Set aside as a repeat.
aside-why-hostile = Set aside as hostile.
aside-why-taken = A colleague has already taken up this request.

side-label = About this case
can-see = Who can see this
can-see-intake-why = Until somebody takes it up, everyone on intake this week.
grant-title = Let a colleague in…
grant-whom = Colleague
grant-why = Reads everything from the beginning. What was read cannot be taken back.
grant-do = Let in
triage-title = Urgency
triage-open = Change…
triage-urgency = How urgent
triage-why = Why
triage-do = Save
aside-title = Not for us?
aside-open = Set aside…
aside-reason = Why
aside-junk = Junk: there is no request for help in it
aside-twice = A repeat: this person has written already
aside-hostile = Hostile: a provocation or a threat
aside-undo = Nothing is erased: undo at once, or later from “Set aside”.
aside-do = Set aside

duty-coordinator = coordinator
duty-intake = intake
duty-caseworker = caseworker
duty-lawyer = lawyer
duty-analyst = analyst
duty-publisher = publisher

## Consent to be counted

consent-title = Consent to be counted
consent-unasked = Not asked yet: this person is not counted.
consent-given = Agreed { $day }
consent-withdrawn = Declined or withdrawn { $day }
consent-by = noted by { $name }
consent-why = Only as one in a number: no name, no place, no story. It can be withdrawn on any day, but published numbers cannot be called back.
consent-open = Note the answer…
consent-words = How it was said (may stay empty)
consent-give = Agreed
consent-withdraw = Declined or withdrawn
consent-ask-open = How to ask
consent-ask = May we count you when we say how many people have asked us for help? Only as one in a number: never your name, where you are, or your story. You can say no; it does not change how we help you. You can change your mind on any day; only numbers already published cannot be called back.
consent-ask-put = Put into the reply
consent-ask-why = Nothing is sent by itself.
did-agreed = Agreed to be counted, noted by { $name }
did-withdrawn = Counting declined or withdrawn, noted by { $name }
note-begun = · begun

## Keys

keys-open = Keys
keys-title = Keys
keys-layout = Letters work in any keyboard layout.
keys-off = Turn letters off
keys-on = Turn letters on
key-next = the most urgent
key-down = down the list
key-up = up the list
key-open = open
key-queue = new ones
key-mine = mine
key-take = take up
key-reply = write a reply
key-note = write a note
key-aside = set aside
key-send = send the reply
key-leave = leave the field
key-keys = this window
key-lock = lock the desk
key-law = law

## Law

law-open = Law
law-title = Law: what may apply
law-draft = Draft, not reviewed by a lawyer.
law-informs = This informs and does not decide: a ground “may apply”, an offence “is feared”. People decide, with a lawyer.
law-begin-why = Choose two countries. After that, only questions that can still change something.
law-begin-do = Open
law-kept-nowhere = Nothing you say here is written down; it is gone when the desk is locked.
law-origin = Country of origin
law-host = Where the person is now
law-choose = Choose
law-spoken-of = Something is known
law-not-spoken-of = Nothing known but international law
law-toward = Admission from abroad
law-toward-none = not considered
law-now-in = now in
law-move-do = Change countries
law-move-why = What was said of the person, the service and the country of origin stays. What concerns the country where the person is now is asked anew: entry, application, decisions, removal, detention. Events of the former country stay in the list under its name; no days run from them here. The days of the former country are no longer shown: if something still runs there, write those days down first.
law-new = Another person
law-person = Person { $number }
law-opened = Open already
law-said-count =
    { $count ->
        [0] nothing said
        [one] { $count } answer or date
       *[other] { $count } answers and dates
    }
law-too-many = Eight people are open already; no more can be. Forget one who is no longer needed: open it and press “Forget this”. Nothing has changed.
law-close = Forget this
law-back = ← To what may apply
law-left-label = What is known
law-right-label = What follows from it
law-ask = Ask this first
law-ask-none = No other question would change anything here.
law-ask-more =
    { $count ->
        [one] { $count } more question
       *[other] { $count } more questions
    }
law-urgent = Urgent.
law-yes = Yes
law-no = No
law-not-known = Not known
law-take-back = Take back
law-say = Answer
law-answered = Answered
law-answered-count =
    { $count ->
        [one] { $count } answer: look, change
       *[other] { $count } answers: look, change
    }
law-when = What happened when
law-what = Event
law-day = When
law-day-how = A day is 2026-03-02. If only the month is known, 2026-03. With the hour, 2026-03-02T14:30+03:00.
law-add = Add
law-drop = Take away: { $what }
law-wrong-answer = That is no answer to this question. Nothing has changed.
law-wrong-date = There is no such date. Write it as 2026-03-02, or 2026-03 if the day is not known. Nothing has changed.
law-wrong-event = There is no such event here. Nothing has changed.
law-answer-open = Short answer
law-print = Print
law-find = Find an article
law-find-like = art. 337(5)
law-find-do = Find
law-find-title = Article
law-find-none = No pack has this article. That does not mean that the law has none.
law-feared-only = What is feared, and in what range. It accuses nobody, and is no guilt.
law-country-unknown = No pack speaks of { $country }. What follows is incomplete.
law-days = Days
law-days-none = No day can be counted yet: write on the left what happened when.
law-days-wanting =
    { $count ->
        [one] { $count } more time limit: a date is missing
       *[other] { $count } more time limits: dates are missing
    }
law-towards = Work towards
law-last = Last day
law-authority = The authority has until
law-begins = Begins
law-only-if = Depends on the answer:
law-wanted = missing: { $what }
law-why-day = Why this date
law-grounds = What may protect
law-grounds-none = On what is known no ground comes together yet. That does not mean that there is none.
law-grounds-open = Still open
law-grounds-no =
    { $count ->
        [one] { $count } ground does not apply on what is known
       *[other] { $count } grounds do not apply on what is known
    }
law-open-count =
    { $count ->
        [0] open
        [one] { $count } answer still unknown
       *[other] { $count } answers still unknown
    }
law-against = What would speak against it
law-bars = What would bar it
law-risks = Risks of the place
law-documents = Papers that usually decide
law-offences = What is feared on return
law-offences-none = On the acts named, no offence known here fits so far. That does not mean there is nothing to fear.
law-offences-open =
    { $count ->
        [one] { $count } more offence of which nothing is known
       *[other] { $count } more offences of which nothing is known
    }
law-stay = How long one may stay
law-service = When something counts as served
law-practice = What is known of practice
law-unbacked = What we do not know
law-because = Because
law-according = According to
law-unknown = Still unknown
law-old = Out of date
law-publisher = Publisher
law-dated = Source dated
law-read = Read
law-address = Address
law-answer-title = Short answer
law-answer-tongue = In:
law-answer-label = Read it and change it before you give it
law-answer-why = Nothing is sent from here, and nothing kept: copy the text. In the other language the text is written anew, without what you changed here.
law-copy = Copy
law-copied = Copied. Other programs can see the clipboard.

## Count

key-count = count
count-open = Count
count-title = Count
count-last-file = What was counted last
count-last-season = The invented season, counted here
count-last-demo = An example: an invented season
count-none-yet = Nothing has been counted on this desk yet.
count-invented = These are invented people, so the true number is known: { $number }. It shows what an estimate is worth.
count-copy = Copy the sentence
count-copied = Copied. Other programs can see the clipboard.
count-without =
    { $count ->
        [one] Counted without { $count } row that was not accepted.
       *[other] Counted without { $count } rows that were not accepted.
    }
count-pictures = Pictures
count-table = Method by method
count-method = Method
count-estimate = Estimate
count-interval = 95 %
count-doubts = Warnings
count-strata = By part: { $column }
count-assumes = What each method assumes
count-assumes-all = All methods assume that nobody joined or left the people counted while the lists were made; that a person on several lists was recognised as one; and that everybody could have come on some list.
count-assumes-chapman = The two lists are independent, and everybody is equally likely to be on each.
count-assumes-chao = People may differ. This is a lower bound: there are at least so many.
count-assumes-loglinear_bic = Lists depend on each other in the few ways that the table shows most clearly.
count-assumes-loglinear_stepwise = The same; ways are added one by one, as long as the table asks for them.
count-assumes-bayes_threshold = The same; ways are chosen by the posterior.
count-assumes-decomposable = Lists depend along a graph; all graphs are weighed together.
count-assumes-latent_class = There are hidden groups of people; within a group lists are independent.
count-at-least = Where people differ much in how easily they are noticed, every method is too low, and nothing in the table betrays it. Unless you know better, read the number as “at least about”.
count-again = How to get the same numbers again
count-digest = Digest of the table
count-lists = Lists
count-seed = Seed
count-versions = Versions
count-run = Count
count-doing-start = Starting the calculation…
count-doing-read = Reading the file…
count-doing-link = Joining entries of the same person…
count-doing-draw = Drawing the pictures…
count-doing-method = Counting: { $method }…
count-while = You can go on using the desk; the calculation runs beside it. If the desk is locked, this count is lost; the desk locks itself after ten minutes without use.
count-cancel = Stop
count-begun = The count has begun.
count-asks-said = The file was read. Something is for you to decide.
count-state-done = Done: the result is at the top of the page, sealed in the vault.
count-state-stopped = The count was stopped.
count-state-lost = The desk was locked, and the count that was running is lost.
count-state-broken = The calculation broke off: perhaps memory or time ran out.
count-unchanged = Nothing was changed; the earlier count is still there.
count-read-lists =
    { $count ->
        [one] Read: { $count } list
       *[other] Read: { $count } lists
    }
count-read-rows =
    { $count ->
        [one] { $count } row
       *[other] { $count } rows
    }
count-rows-refused =
    { $count ->
        [one] { $count } row was not accepted
       *[other] { $count } rows were not accepted
    }
count-rows-more =
    { $count ->
        [one] And { $count } more row.
       *[other] And { $count } more rows.
    }
count-rows-how = Rows are numbered under the header, from 1. Behind every lost row is a person who is not counted: it is better to correct the file and choose it again.
count-row = Row
count-why = Why
count-row-history-wrong = a list’s cell is neither 0 nor 1
count-row-history-none = on no list: nobody can have seen such people
count-row-history-twice = the same lists a second time: add or replace, nobody knows
count-row-count-wrong = the number is not a whole number
count-row-row-length = more or fewer cells than columns
count-by = Count by part as well
count-by-none = No, only all together
count-by-one =
    { $count ->
        [one] { $column }: { $count } part
       *[other] { $column }: { $count } parts
    }
count-by-long = Each part is counted by itself, which takes as many times longer. Of a part with fewer than ten people nothing is said.
count-go = Count
count-go-without =
    { $count ->
        [one] Count without this row
       *[other] Count without these { $count } rows
    }
count-not = Do not count
count-file = A file of your own
count-file-how = A table as CSV, XLSX, JSON lines or Parquet, up to 16 MB. One column a list with 0 or 1 in its cells, and either a column “count” or one row a person. Columns “region” and “quarter” divide it into parts. Names and case numbers are not needed: take them out.
count-file-here = Only this program on this computer reads the file. It is sent nowhere and kept nowhere.
count-file-do = Read and count
count-season = The invented season
count-season-how = Four invented registers with their errors: read, recognise who is the same, count, draw. About a minute; longer the first time.
count-season-do = Count the invented season again
count-install = Counting needs some more packages; until they are there, this page shows a finished example. Take count.txt and the program’s file from your coordinator, close the desk, and in the folder with these files type as one line:
count-install-copy = Copy the command
count-install-after = If the desk runs from a checkout: tools/setup count. Then open the desk again.
count-refused-file-large = The file is too large: more than 16 MB, or more rows and columns than a count can need. Leave only the lists and the number in it.
count-refused-file-form = Such a file is not read here. It takes CSV, XLSX, JSON lines (.jsonl) or Parquet.
count-refused-file-broken = The file is not what its name says, or it is damaged. Save the table anew, best as CSV.
count-refused-spreadsheet-bomb = This spreadsheet unfolds into something enormous, so it was not opened. Save the sheet you need as CSV.
count-refused-extra-missing = The packages for counting are not on this computer.
refusal-extra-missing = { count-refused-extra-missing }
count-refused-table-empty = There is nobody in the table. See whether there are rows under the header, and whether they were accepted.
count-refused-lists-few = There is only one list. It cannot tell how many people are not on it: it takes two lists, better three.
count-refused-lists-many = More than ten lists. Join into one column those that were made together or copied from one another.
count-refused-list-twice = Two columns have the same name, or a column has none. Give each list a name of its own.
count-refused-rows-refused = Some rows were not accepted.
count-refused-stratum-unknown = The file cannot be divided by this column.
count-refused-overlap-none = Nobody is on two lists at once. So nothing can be said of those who are on none. See whether the same people were recognised.
count-refused-overlap-all = Everybody is on every list. It looks like one list, copied several times: it says nothing of those who are not on it.
count-refused-count-large = More than a thousand million people. See the column with the number.
count-refused-decisions-clash = Two decisions on pairs cannot both be so. Take one of them back.
count-refused-decision-unknown = A decision on a pair is none of the three: same, different, cannot tell.
count-refused-method-unknown = There is no such method.
count-refused-stopped = The count was stopped.
count-refused-few = Fewer than ten people are here: nothing is said of so few.
count-own = Our own cases
count-own-when = When they asked
count-own-people = Agreed
count-own-quarter = Quarter { $quarter } of { $year }
count-own-one = { $quarter }: about { $number }
count-own-sentence = People who asked us and agreed to be counted: { $quarters }. In the quarters named together about { $total }. Numbers are rounded to ten; quarters with fewer than ten such people are not named.
count-own-total = About { $total } people agreed to be counted, but not ten in any one quarter: nothing is said by quarter.
count-own-few = Fewer than ten people here agreed to be counted, and nothing is said of so few. Consent is noted in a case, on the card “Consent to be counted”.
count-own-missing = Only cases that this desk can open are here, and only with the person’s own consent. So this is not the number of all who asked.
count-own-cases = All cases of this desk: about { $number }.
count-own-cases-few = This desk has fewer than ten cases in all.

## Doubtful pairs

pairs-title = Doubtful pairs
pairs-go = Decide the pairs
pairs-what = When registers are joined, some pairs of entries stay in doubt: one case, or two? The command “safeconduct count link” writes them into a table. Here a person decides them one by one; run again, the command keeps to the decisions.
pairs-question = Is it one case?
pairs-all-done = Every pair is decided
pairs-then = Save the table in the place of the one the command wrote, and run the same command again.
pairs-decided =
    { $count ->
        [one] { $count } decided
       *[other] { $count } decided
    }
pairs-waiting =
    { $count ->
        [one] { $count } waits
       *[other] { $count } wait
    }
pairs-entry = Entry { $number }
pairs-shown-list = List
pairs-shown-name = Name
pairs-shown-date = Date
pairs-shown-article = Article
pairs-shown-court = Court
pairs-shown-region = Region
pairs-shown-identifier = Identifier
pairs-none = not stated
pairs-differs = (differs)
pairs-same = Same
pairs-different = Different
pairs-cannot-tell = Cannot tell
pairs-was = Decided: { $word }.
pairs-was-again = You can decide again or take it back.
pairs-take-back = Take back
pairs-before = The one before
pairs-go-on = On to those that wait
pairs-odds = Of { $of } such pairs about { $count } are one case.
pairs-stands-joined = For now the two are counted as one.
pairs-stands-apart = For now they are counted apart.
pairs-stands-apart-likely = For now they are counted apart: joined, they would bring together entries that do not fit.
pairs-evidence = What speaks for and against
pairs-weight = Weight
pairs-bits =
    { $count ->
        [one] { $count } bit
       *[other] { $count } bits
    }
pairs-together = Together
pairs-bits-how = Each bit with a plus makes one case twice as likely, each with a minus half as likely. At zero together both are equally likely. Weights are rounded.
pairs-evidence-beforehand-any-pair = any two entries, before they are compared
pairs-evidence-surname-other = another surname
pairs-evidence-surname-two-letters = surname: two sounds differ
pairs-evidence-surname-one-letter = surname: one sound differs
pairs-evidence-surname-swapped = surname and given name swapped
pairs-evidence-surname-same-sound = surname sounds the same
pairs-evidence-surname-rare = rare surname, sounds the same
pairs-evidence-given-other = another given name
pairs-evidence-given-other-initial = given name: another initial
pairs-evidence-given-one-letter = given name: a sound or two differ
pairs-evidence-given-initial = given name: the initial fits
pairs-evidence-given-same-sound = given name sounds the same
pairs-evidence-patronymic-other = another patronymic
pairs-evidence-patronymic-other-initial = patronymic: another initial
pairs-evidence-patronymic-one-letter = patronymic: a sound or two differ
pairs-evidence-patronymic-initial = patronymic: the initial fits
pairs-evidence-patronymic-same-sound = patronymic sounds the same
pairs-evidence-day-years = dates more than a year apart
pairs-evidence-day-year = dates within a year
pairs-evidence-day-quarter = dates within three months
pairs-evidence-day-month = dates within a month
pairs-evidence-day-week = dates within a week
pairs-evidence-day-same = the same date
pairs-evidence-place-other-region = another region
pairs-evidence-place-other-court = the same region, another court
pairs-evidence-place-region = the same region
pairs-evidence-place-court = the same court
pairs-evidence-article-other = another article
pairs-evidence-article-other-part = the same article, another part
pairs-evidence-article-same = the same article and part
pairs-list =
    { $count ->
        [one] { $count } decided pair: look at it, take it back
       *[other] { $count } decided pairs: look at them, take them back
    }
pairs-save-title = The table
pairs-save-how = The decisions are sealed in the vault and are there after the lock. The command reads them from the saved table.
pairs-save = Save the table
pairs-names = The table holds names. It stays on this computer and is sent nowhere. When the pairs are decided and counted, delete the file.
pairs-away-title = Put the table away
pairs-away-how = The desk forgets the table and its decisions. A file you saved stays where it is.
pairs-away = Put away
pairs-gone = The table is put away.
pairs-not-away = The table has decisions: put away only when you say so.
pairs-sure =
    { $count ->
        [one] Forget { $count } decision here: it is saved or not needed
       *[other] Forget { $count } decisions here: they are saved or not needed
    }
pairs-another = Open another table
pairs-other = Another table is open now. Nothing was decided.
pairs-file = The table of pairs, up to 8 MB
pairs-file-do = Open the table
pairs-instead-first = The table that is open here has decisions. Load the page again and say that they may go.
pairs-unchanged = Nothing was changed.
pairs-refused-file-large = The table is too large: more than 8 MB, or more than 2,000 pairs wait in it.
pairs-refused-file-form = This is another table. It takes the one that the command wrote with --review.
pairs-refused-file-broken = The file cannot be read. Let the command write it anew.
pairs-refused-table-empty = There are no pairs in this table: there is nothing to decide.
pairs-refused-decision-unknown = The column “decision” of this table holds something else than same, different, cannot tell.
pairs-refused-decisions-clash = This table says different things of one pair. Empty one of the two cells.

count-row-stratum-none = a cell of a part (region, quarter) is empty; merged cells are empty under the first one
count-refused-not-counted = This part cannot be counted by itself.

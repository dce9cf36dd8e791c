### What the door says, in English. A line is a paragraph. Days come as dates in words.

## Around every page

page = Page
leave = Leave
leave-label = Leave this page at once
back = Back
next = Continue
step = Step { $n } of { $of }
organisation = the organisation
choose = Please choose one. If you are not sure, take the nearest.

## The first page

front-title = Ask for help, without giving your name
front-what =
    You tell us in a few words what has happened. A caseworker reads it and answers here.
    No name, no telephone, no account. What you write is sealed on this device before it leaves; whoever runs the server cannot read it.
front-in-app = This page is open inside another app, such as a messenger, and that app can see all that stands on it. Better: choose “open in browser” in its menu (⋮ or •••). If that is not possible, you can go on here.
front-ask = Ask for help
front-return = Come back to my conversation

## Before one begins

before-title = Before you begin
before-private = Your browser keeps the address of this page. Open it in a private window: then it does not stay in the list of pages you visited.
before-how = How to open a private window
before-how-list =
    Chrome: menu ⋮, New Incognito tab.
    Firefox: menu or the mask, New private tab.
    Safari on iPhone: the tabs button, then Private.
    Samsung, Yandex, Opera, Edge: menu, secret or private tab.
    Opened inside a messenger? Choose “open in browser” there first.
    Best of all is Tor Browser: it also hides from the network which page you open.
before-not = What this page cannot protect you against
before-not-list =
    Someone who looks at the screen, or takes the phone while the page is open.
    A phone with a program on it that watches you.
    Your provider or the owner of the Wi-Fi: they see that this address was opened, not what you write. Tor Browser hides that too.
    A copy of this page made by someone else. Check the address with people you trust.
before-leave = The button “Leave” wipes this page from the screen and opens { $host }. Pressing Shift three times does the same. The list of visited pages is not erased by it.

## Asking

country-title = Which country are you in now?
country-why = Only the country. Deadlines and rights depend on it.
country-another = Another country
country-wait = Loading the list of countries…
urgency-title = How urgent is it?
urgency-why = Those in the greatest danger are answered first.
urgency-held = Held right now
urgency-held-hint = detained, locked up, taken away
urgency-date = A date is already set
urgency-date-hint = a hearing, an appeal deadline, being sent or deported
urgency-papers = Papers have been served
urgency-papers-hint = a summons, an order, a decision
urgency-unit = In the unit now
urgency-unit-hint = barracks, training ground, hospital
urgency-none = None of these
words-title = What has happened?
words-why =
    A few sentences are enough. What matters most: what is happening now, whether a date is set, what help you need.
    Names and addresses are not needed, nor anything you would rather not write.
words-left = { $left ->
    [one] Room for { $left } more character.
   *[other] Room for { $left } more characters.
}
words-over = { $over ->
    [one] Too long by { $over } character. Nothing is cut off: shorten it, or send the rest afterwards as a second message.
   *[other] Too long by { $over } characters. Nothing is cut off: shorten it, or send the rest afterwards as a second message.
}
words-none = Write at least one sentence.

## The return phrase

phrase-title = Your return phrase
phrase-why =
    With these nine words, in this order, you come back and read the answer.
    Nobody else has them. If they are lost we cannot find your conversation again.
phrase-making = Finding nine words…
phrase-list = Nine words
phrase-keep = How to keep it
phrase-keep-list =
    On paper, by hand, in this order.
    Best in an exercise book, among other words: a list of vocabulary, a shopping list.
    No screenshot, no photo, no notes app, no message to yourself.
phrase-done = I have written it down
check-title = Let us check two of the words
check-why = So that no slip of the pen keeps you out.
check-word = Word { $n }
check-wrong = Word { $n } in your phrase is another one. Look at your note, or at the words again.
check-show = Show the words again
check-send = Seal and send
sending-seal = Sealing…
sending-send = Sending…

## Sent

sent-title = It has arrived
sent-what = Your request is on the server’s disk, sealed. The server cannot read it; { $org } can.
sent-when-soon = Look here again in a few hours, and after that every day.
sent-when-day = Look here again tomorrow, and after that once a day.
sent-how = To come back: open this page, choose “Come back to my conversation” and enter the nine words.
sent-close = You can leave this page now. Nothing you wrote was kept on this device; the page’s address may be in the list of visited pages.
sent-more = A few questions would help us answer better. You can skip any of them.
sent-questions = Answer questions
sent-conversation = Open the conversation
erase-not-yet = Erasing what you have sent is not possible here yet.

## The organisation's questions

question-step = Question { $n } of { $of }
question-send = Send the answer
question-skip = Skip
questions-done = Thank you. Your answers have arrived.

## Coming back

return-title = Enter your nine words
return-hint = The first four letters of a word are enough. Capital letters do not matter. A small slip is put right, and shown to you first.
return-label = Nine words, in their order
return-count = { $n ->
    [one] { $n } word of nine
   *[other] { $n } words of nine
}
return-complete = Complete the word
return-open = Open the conversation
return-opening = Making the key from your words. This takes a few seconds…
return-reading = Looking for your conversation…
repair-title = Is this your phrase?
repair-what = { $n ->
    [one] One word was not quite right. We read it like this:
   *[other] { $n } words were not quite right. We read them like this:
}
repair-was = You wrote “{ $was }”
repair-yes = Yes, this is my phrase
repair-no = No, enter it again
missing-title = Nothing was found under these words
missing-what = The nine words are a proper phrase, but this page has no conversation for them. There are three possibilities:
missing-list =
    They belong to the page of another organisation.
    The conversation was removed from the server because nobody wrote in it for a long time.
    Sending was never finished, so it did not reach the server, or the server does not give it out.
missing-then = You can enter the words again, or write to us anew. A new request gets a new phrase.
missing-again = Enter the words again
missing-anew = Write anew

## The conversation

talk-title = Your conversation
talk-waiting = Sent on { $day }. It is waiting to be taken up. Look again later.
talk-taken = Taken up on { $day }. The answer is not here yet.
talk-answered = Taken up on { $day }.
talk-you = You
talk-answers = Your answers
talk-write = Write more
talk-send = Seal and send
talk-sent = Your message has arrived.
talk-behind = Your request had arrived the first time already. What you changed has been sent after it.
correction = Correction. Country: { $country }. Urgency: “{ $urgency }”.
talk-look = Look for an answer
talk-nothing-new = Nothing new yet.
talk-new = Something new has come.
talk-questions = Questions that would help us

## What can go wrong

failed = That did not work
failed-opening = The conversation did not open
failed-sending = Not confirmed yet
kept = What you wrote is still here.
again = Try again
code = Code: { $code }

refusal-silent = There is no connection to the server. Check the network and try again. If other pages open and this one does not, try another network or Tor Browser.
refusal-foreign = Something else answered instead of our server, perhaps the sign-in page of a Wi-Fi network. Sign in there or take another network, then try again.
refusal-busy = The server has more to do than it can manage right now. Wait a minute and try again.
refusal-full-disk = The server cannot take anything in at the moment. Try again in an hour.
refusal-clock = The server is being checked and takes nothing in until that is done. Try again in an hour.
refusal-broken = Something failed on the server, and it did not confirm anything. Try again; nothing will arrive twice.
refusal-ended = Right now nobody can receive requests on this page: the organisation has not renewed its keys. Try again tomorrow, or reach it another way that you know.
refusal-unproved = This page cannot prove that it leads to the organisation, so it sends nothing. Do not enter your words here now. Try another network, or reach the organisation another way that you know.
refusal-elsewhere = The server does not know this organisation. Check the address of this page.
refusal-untrue = What the server gave does not fit together, so it is not shown. Try again; if it stays so, reach the organisation another way that you know.
refusal-moved = Something new came in while you were writing. Look at it, then send again.
refusal-full = There is no more room in this conversation. Write to us anew; say that you have written before.
refusal-large = This is too long for one message. Shorten it, or send it in two parts.
refusal-slow = The connection is too slow: it did not arrive whole. Try again where the signal is better.
refusal-page = This page is out of date or damaged. Open it anew; have your nine words written down first.
refusal-page-small = This page could not be loaded whole. Check the network and try again.
date-title = Is this date right?
date-what = Your device says that today is { $day }. If that is so, nobody can receive requests on this page at the moment.
date-wrong = The date is wrong
date-right = The date is right
phrase-length = { $n ->
    [one] That is { $n } word; nine are needed.
   *[other] That is { $n } words; nine are needed.
}
phrase-unknown = Some of these words are not in our list, or more than two are misspelt. Look at your note again.
phrase-check = These nine words do not belong together in this order. Perhaps two were swapped, or one is another word. Look at your note again.
phrase-ambiguous = One word is not right, and more than one could be meant. Look at your note again.

## Where it cannot work

unfit-insecure = This page was opened over a connection that is not protected, so it does not let you write anything. Open it with https:// at the front.
unfit-browser = This browser cannot seal what you write, so the page does not let you write anything. Please open it in a newer browser.
unfit-loading = The page could not be loaded whole. Check the network and open it again.

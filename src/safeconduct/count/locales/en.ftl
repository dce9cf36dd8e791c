# What a count says. Numbers come rounded and written already.

headline = { $lists ->
        [one] On one list
       *[other] On { $lists } lists
    } there are about { $seen } people. With those who are on none we estimate { $point }; the 95 % interval is { $lower } to { $upper }.
no-headline = { $lists ->
        [one] On one list
       *[other] On { $lists } lists
    } there are about { $seen } people. How many there are in all cannot be said in one number: { $reason }.
few = Fewer than ten people are on these lists: nothing is said of so few.
not-counted = This part cannot be counted by itself.
no-interval = no interval

empty = { $lists ->
        [one] Too few people are on one list
       *[other] Too few people are on { $lists } lists
    }, and so not counted with: { $names }.

reason-two_lists_only = there are only two lists, and whether they depend on one another cannot be seen in them
reason-not_converged = the calculation did not settle on an answer (R-hat { $rhat }, effective draws { $ess })
reason-bimodal = the data allow { $modes } answers far apart, near { $places }
reason-at_ceiling = the estimate reaches the highest number that the method allowed beforehand: the true number may be far higher
reason-poor_fit = the model does not make tables like this one
reason-not_asked = the method that may give one number was not among those asked for
reason-strata_without_number = not every part has one number of its own; without one: { $names }

span-others = Other methods, as honest as this one, give from { $low } to { $high }.
span-others-one = Other methods, as honest as this one, give about { $low }.
span-all = The methods give from { $low } to { $high }.
span-all-one = The methods give about { $low }.
span-none = No method gives a number.

model = Model: Bayesian latent classes (Manrique-Vallier 2016), at most ten classes.
assumes = It assumes that nobody joined or left the people counted while the lists were made; that a person on several lists was recognised as one; that everybody could have come on some list; and that within hidden groups of people the lists are independent.
assumes-all = All of them assume that nobody joined or left the people counted while the lists were made; that a person on several lists was recognised as one; and that everybody could have come on some list.
caution = Do not believe a number if one list was copied from another, if whole groups could come on no list, or if names were linked badly: then the true number lies elsewhere, and the interval does not know.
caution-unseen = If people differ much in how easily they are noticed, the true number is higher.
caution-people_differ = The table itself shows that people differ in how easily they are noticed, or that lists depend on one another: the true number is then often higher still.
caution-few_shared = Fewer than fifty people are on two lists or more: with so few the true number is often higher still.

total-headline = Counted part by part, there are about { $seen } people on the lists. With those who are on none the parts add up to { $point }; the 95 % interval is { $lower } to { $upper }.
total-none = Counted part by part, there are about { $seen } people on the lists. How many there are in all cannot be said in one number: { $reason }.
total-nothing = No part could be counted by itself.
total-few = Fewer than ten people, and so not in these numbers: { $names }.
total-left-out = Could not be counted, and so not in these numbers: { $names }.
total-caution-people_differ = In at least one part the table itself shows that people differ in how easily they are noticed, or that lists depend on one another: the true number is then often higher still.
total-caution-few_shared = In at least one part fewer than fifty people are on two lists or more: with so few the true number is often higher still.
total-assumes = The parts are added as if nobody were in two of them, and as if they did not depend on one another.

linkage = Which entries are one person is not certain. Taken as certain, the method “{ $method }” gives { $sure } ({ $sure-lower } to { $sure-upper }); with { $draws } linkages drawn by their probabilities, { $drawn } ({ $drawn-lower } to { $drawn-upper }).

method-chapman = Chapman, two lists
method-chao = Chao, lower bound
method-loglinear_bic = Log-linear, lowest BIC
method-loglinear_stepwise = Log-linear, stepwise
method-bayes_threshold = Bayesian threshold
method-decomposable = Decomposable graphs
method-latent_class = Latent classes

warning-two_lists_only = uses two lists only
warning-not_converged = did not converge: not to be believed
warning-bimodal = has two answers far apart
warning-no_mle = has no estimate for this table
warning-poor_fit = does not fit the table
warning-overdispersed = people are more mixed than the model allows
warning-resamples_lost = without an interval: for too many resamples there is no estimate
warning-not_all_models = too many lists to try all models
warning-too_many_lists = not for more than five lists
warning-below_observed = below the number already seen
warning-lower_bound = at least so many
warning-at_ceiling = reaches the highest number allowed beforehand
warning-stands_on_few = not shown: it stands on an overlap of fewer than ten people

picture-estimates = How many there are, by method
picture-estimates-text = Estimates with 95 % intervals: { $rows }.
picture-seen = on the lists: { $seen }
picture-posterior = Where the number lies
picture-posterior-text = Density of the posterior over the number of people, { $modes ->
        [one] one peak
       *[other] { $modes } peaks
    } near { $places }.
picture-overlap = How the lists overlap
picture-overlap-text = People by the lists they are on, largest first; under ten is not shown.
picture-few = under ten
picture-series = By quarter
picture-series-text = People on the lists in each quarter, to the nearest ten; under ten is not shown.
picture-trace = Do the chains agree?
picture-trace-text = Draws of four chains one after another, and R-hat as it fell.
picture-people = people
picture-draws = draws
picture-density = density

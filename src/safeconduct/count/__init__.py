"""How many there are: lists that overlap, what no list shows, with an interval and when not to believe it.

Usable on its own, with the extra `count` (docs/count). A capture history says on which lists a person stands; a
`Table` counts the people of every history; an estimator turns a table into an `Estimate`; the headline rule says
whether one number may stand alone, and the sentence says it with its interval and its conditions.

    from safeconduct.count.reading import read_table
    from safeconduct.count.report import make_report
    report = make_report(read_table(content, "histories.csv"), seed=1)

Nothing here is loaded by the rest of the house: the packages of the extra `count` are needed only by whoever
imports a module of this one.
"""

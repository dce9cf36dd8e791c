"""The relay: keeps what is sealed, signs what it kept, and can read nothing of it.

To be read in this order; docs/spec/relay.md says what each must do:

    app                what runs, and the way of a request: the modules from form to answer, one after the other
    request, form      what can be asked, and how its bytes must be; pure
    admit              who may ask
    store              what is taken and what is refused, in which order
    answer             what is answered
    feed               today's order, in memory only
    tables             every column of every file, and why it may be kept
    sqlite, files      one file of what people send; all of them read as one
    day, closing       which day it is; what a day that is over leaves
    space              the relay's own file: its key, its day, its spaces
    writer             the one thread that touches the files
    endpoint, serve    what is bounded before a request is one
    settings           what an operator may choose
"""

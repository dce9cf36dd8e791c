"""One cry for help goes round, sealed: asked, taken up, answered, read, and written again."""

from simulator import ANTON, LENA, Simulator


def test_round_trip(sim: Simulator) -> None:
    vera = sim.found()
    seeker = sim.seeker()
    phrase = seeker.ask("Меня не отпускают по рапорту.\nЯ в Тбилиси.", "GE", "papers", "ru")
    keys = seeker.keys(phrase, "ru")
    back = seeker.come_back(keys)
    assert back is not None
    assert back.taken_up is None
    vera.sync()
    row = vera.desk.queue("new").rows[0]
    assert (row.urgency, row.country, row.first_line) == ("papers", "GE", "Меня не отпускают по рапорту. Я в Тбилиси.")
    case = vera.desk.take_up(row.ref)
    assert vera.desk.matter(case).row.state == "coming"
    assert vera.desk.matter(case).row.name == row.name
    vera.desk.reply(case, "Мы вас прочитали.")
    vera.sync()
    matter = vera.desk.matter(case)
    assert matter.row.state == "ours"
    assert [(item.kind, item.who) for item in matter.items] == [
        ("asked", "seeker"),
        ("taken", "organisation"),
        ("said", "organisation"),
    ]
    back = seeker.come_back(keys)
    assert back is not None
    assert [(words.own, words.text) for words in back.said][-1] == (False, "Мы вас прочитали.")
    assert back.taken_up == sim.clock.day()
    seeker.write(keys, "Спасибо.")
    vera.sync()
    assert vera.texts(case)[-1] == "Спасибо."
    assert vera.desk.status().alarms == ()
    assert vera.desk.status().waiting == 0


def test_a_second_desk_receives_the_case_by_letter(sim: Simulator) -> None:
    vera = sim.found()
    anton = sim.join(vera, "anton", "Антон", ANTON)
    lena = sim.join(vera, "lena", "Лена", LENA)
    keys = sim.ask("Помогите.", "held")
    for bench in (vera, anton, lena):
        bench.sync()
    assert anton.desk.queue("new").total == 1
    assert lena.desk.queue("new").total == 0
    case = anton.desk.take_up(anton.only("new"))
    anton.desk.note(case, "Позвонить адвокату.")
    anton.sync()
    for bench in (vera, lena):
        bench.sync()
    assert vera.desk.queue("new").total == 0
    assert vera.texts(vera.only("team")) == ["Помогите.", "Позвонить адвокату."]
    assert lena.desk.queue("team").counts == (("new", 0), ("mine", 0), ("team", 0), ("aside", 0))
    lenas = next(each for each in anton.desk.matter(case).can_grant if each.name == "Лена")
    anton.desk.grant(case, lenas.ref)
    anton.sync()
    lena.sync()
    mine = lena.only("mine")
    assert lena.desk.queue("mine").rows[0].name == anton.desk.queue("mine").rows[0].name
    lena.desk.reply(mine, "Здравствуйте.")
    lena.sync()
    back = sim.seeker().come_back(keys)
    assert back is not None
    assert back.said[-1].text == "Здравствуйте."
    vera.sync()
    anton.sync()
    said = anton.desk.matter(case).items[-1]
    assert (said.text, said.by) == ("Здравствуйте.", "Лена")
    for bench in (vera, anton, lena):
        assert bench.desk.status().alarms == ()

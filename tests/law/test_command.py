"""`safeconduct law`, as a lawyer types it: real files, real output, in both languages."""

import json
import re
import shutil
from pathlib import Path

import pytest

from safeconduct.clock import Clock
from safeconduct.errors import ConfigWrong, DeskTaken, SignatureWrong
from safeconduct.law import bundle, shelf
from safeconduct.law.book import Book
from safeconduct.law.command import main
from safeconduct.law.speech import LANGUAGES, Language, say
from safeconduct.sealed.signing import SigningKey

CASE = """origin: RU
host: KZ
facts: {left_unit: true, mobilisation_period: true, absence_days: 300, prosecution_feared: true,
  convention_reason: unknown, asylum_lodged: false, genuine_conviction: true, alternative_service_available: false}
dates: {act_date: 2025-12-06}
events:
  - {kind: entry, date: 2026-03-02}
  - {kind: court_decision_final, date: 2026-10}
"""


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text(CASE, "utf-8")
    return path


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shelf.shipped_folder(), tmp_path / "packs"))


def run(*words: str | Path) -> int:
    return main(["law", *map(str, words)])


def stopped(*words: str | Path) -> None:
    with pytest.raises(SystemExit) as raised:
        run(*words)
    assert raised.value.code == 1


def test_try_as_json_has_the_words_of_the_vocabulary(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("try", case, "--on", "2026-03-02", "--json")
    told = json.loads(capsys.readouterr().out)
    findings = {one["id"]: one for one in told["findings"]}
    assert set(findings["kz.refugee"]) >= {"id", "value", "ask", "presumption", "confidence", "sources"}
    assert findings["kz.refugee"]["value"] == "open"
    assert findings["kz.refugee"]["ask"] == ["convention_reason"]
    assert findings["kz.refugee"]["presumption"] is None
    assert findings["kz.refugee"]["confidence"] == "high"
    assert findings["kz.refugee"]["sources"][0]["src"] == "kz:law"
    assert {one["value"] for one in told["findings"]} <= {"yes", "no", "open", "pres"}
    days = {one["id"]: one for one in told["deadlines"]}
    wanted = {"id", "last_day", "work_towards", "earliest", "latest", "missing", "suspensive", "sources"}
    assert all(set(one) >= wanted for one in told["deadlines"])
    apply = days["kz.apply"]
    assert [apply[name] for name in ("last_day", "work_towards", "earliest", "latest")] == [
        "2026-03-07", "2026-03-06", "2026-03-07", "2026-03-07",
    ]  # fmt: skip
    assert (apply["missing"], apply["suspensive"]) == ([], "full")
    assert days["kz.extradition_appeal"]["last_day"] is None
    assert days["kz.extradition_appeal"]["missing"] == ["extradition_decision_copy"]
    assert set(told["edition"]) == {"int", "kz", "ru", "calendar"}
    assert told["draft"] == ["int", "kz", "ru"]


def test_a_volunteer_is_given_no_question_for_a_lawyer(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("try", case, "--on", "2026-03-02", "--json", "--asker", "volunteer")
    out = capsys.readouterr().out
    told = json.loads(out)
    asked = set(told["ask"]).union(*(one["ask"] for one in (*told["findings"], *told["deadlines"])))
    assert asked
    assert not asked & {"intent_to_leave_for_good", "left_with_weapon", "serious_reasons_art1f", "refused_order"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("on", ["2026-11-22", "2027-12-01"])
def test_the_print_says_draft_and_stale_loudly_and_never_protected(
    case: Path, capsys: pytest.CaptureFixture[str], language: Language, on: str
) -> None:
    run("try", case, "--on", on, "--language", language)
    out = capsys.readouterr().out
    assert out.count(say(language, "draft")) >= 3
    loud = {"en": "OUT OF DATE", "ru": "УСТАРЕЛО"}[language]
    assert (loud in out) is (on == "2027-12-01")
    assert not re.search(r"you are protected|вы защищены|вам положена защита", out, re.IGNORECASE)
    assert say(language, "because") in out
    assert say(language, "according-to") in out
    assert say(language, "why-this-date") in out
    # Everything comes from the locale and the packs: no word of the other language.
    other = "Because" if language == "ru" else "Потому что"
    assert other not in out


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_short_answer_names_its_sources_and_no_act(
    case: Path, capsys: pytest.CaptureFixture[str], language: Language
) -> None:
    run("try", case, "--on", "2026-11-22", "--answer", "--language", language)
    out = capsys.readouterr().out
    assert say(language, "answer-intro") in out
    assert say(language, "answer-draft") in out
    assert "Law on Refugees" in out
    book = Book(shelf.shipped())
    for name, kind in book.vocabulary.facts.items():
        if kind.asked_by in {"caseworker", "lawyer"}:
            assert (kind.ask.ru if language == "ru" else kind.ask.en) not in out, name


def test_explain_gives_the_tree_or_why_this_date(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("explain", case, "kz.leave", "--on", "2026-11-22")
    out = capsys.readouterr().out
    assert "the day the court decision took effect, 2026-10" in out
    assert "Between 31 October 2026 and 30 November 2026" in out
    run("explain", case, "ru.337.5", "--on", "2026-11-22")
    assert "more than 30 — yes" in capsys.readouterr().out
    stopped("explain", case, "nothing.here", "--on", "2026-11-22")


def test_show_finds_packs_entries_and_articles(capsys: pytest.CaptureFixture[str]) -> None:
    run("show", "337 ч. 5", "--language", "ru")
    assert "ru.337.5 — Отсутствие более месяца" in capsys.readouterr().out
    run("show", "kz")
    assert "deadlines: kz.apply" in capsys.readouterr().out
    stopped("show", "999")


def test_check_tells_every_fault_with_its_place(packs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("check", "--packs", packs)
    assert "34 deadlines" in capsys.readouterr().out
    path = packs / "kazakhstan.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("src: unhcr_kz", "src: unhcr_xx").replace("kind: host", "kind: hostel"), "utf-8")
    stopped("check", "--packs", packs)
    assert re.search(r"kazakhstan.yaml:\d+:\d+ value-wrong pack.kind", capsys.readouterr().err)
    path.write_text(text.replace("src: unhcr_kz,", "src: unhcr_xx,", 1), "utf-8")
    stopped("check", "--packs", packs)
    line = text[: text.index("src: unhcr_kz,")].count("\n") + 1
    assert f"kazakhstan.yaml:{line}:" in capsys.readouterr().err


def test_an_example_that_comes_out_otherwise_stops_the_check(packs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = packs / "kazakhstan.yaml"
    path.write_text(path.read_text("utf-8").replace("number: 5", "number: 6"), "utf-8")
    stopped("check", "--packs", packs)
    assert "kz.x1_entered: kz.apply: expected 2026-03-07, found 2026-03-08" in capsys.readouterr().err


def test_a_bundle_older_than_its_packs_is_noticed_and_written(packs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = packs / "kazakhstan.yaml"
    path.write_text(path.read_text("utf-8").replace("publisher: Fergana", "publisher: Fergana News"), "utf-8")
    stopped("check", "--packs", packs)
    assert "law check --write" in capsys.readouterr().err
    run("check", "--packs", packs, "--write")
    run("check", "--packs", packs)


def test_diff_names_what_changed_and_the_examples_that_moved(packs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = packs / "georgia.yaml"
    path.write_text(path.read_text("utf-8").replace("number: 7", "number: 9"), "utf-8")
    run("diff", shelf.shipped_folder(), "--packs", packs)
    out = capsys.readouterr().out
    assert "changed ge.appeal_inadmissible" in out
    assert "ge.x4_unknown: ge.appeal_inadmissible: 2026-12-24 → 2026-12-26 (ge.appeal_inadmissible)" in out


def test_coverage_puts_the_weakest_and_oldest_first(capsys: pytest.CaptureFixture[str]) -> None:
    run("coverage", "--on", "2027-01-01")
    out = capsys.readouterr().out
    assert re.search(r"^kz: .* PAST REVIEW$", out, re.MULTILINE)
    levels = re.findall(r"^(low|medium|high) ", out, re.MULTILINE)
    assert levels == sorted(levels, key=["low", "medium", "high"].index)
    assert "low    unknown    ge.declare_irregular" in out


def test_sign_makes_a_key_on_the_spot_and_its_bundle_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, out = tmp_path / "key", tmp_path / "law.json"
    run("sign", "--key", key, "--new", "--out", out)
    seed = bytes.fromhex(key.read_text().strip())
    assert key.stat().st_mode & 0o777 == 0o600
    assert seed.hex() not in capsys.readouterr().out
    assert bundle.read(out.read_bytes(), SigningKey(seed).public) == shelf.shipped()
    with pytest.raises(DeskTaken):
        run("sign", "--key", key, "--new", "--out", out)
    run("show", "kz", "--packs", out)
    with pytest.raises(ConfigWrong):
        run("sign", "--key", tmp_path / "none", "--out", out)


def test_only_the_bundle_of_a_trusted_key_is_read_and_whose_it_is_is_said(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, signed, bare = tmp_path / "key", tmp_path / "law.json", tmp_path / "bare.json"
    run("sign", "--key", key, "--new", "--out", signed)
    bare.write_bytes(bundle.write(shelf.shipped()))
    public = SigningKey(bytes.fromhex(key.read_text().strip())).public.hex()
    capsys.readouterr()
    run("show", "kz", "--packs", signed, "--trust", public)
    assert f"law.json: signed by {public}" in capsys.readouterr().err
    run("try", case, "--on", "2026-03-02", "--json", "--packs", bare)
    told = capsys.readouterr()
    assert "bare.json: unsigned" in told.err
    json.loads(told.out)
    for packs, trusted in ((bare, public), (signed, "ab" * 32), (shelf.shipped_folder(), public)):
        with pytest.raises(SignatureWrong):
            run("show", "kz", "--packs", packs, "--trust", trusted)


def test_an_entry_of_a_pack_past_its_review_is_shown_as_out_of_date(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for day, loud in ((20_000, False), (21_500, True)):
        monkeypatch.setattr(Clock, "day", lambda _clock, day=day: day)
        run("show", "kz.apply")
        assert ("OUT OF DATE" in capsys.readouterr().out) is loud


def test_an_overlay_is_refused_by_name_and_not_by_silence(
    case: Path, packs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    shutil.copy(packs / "kazakhstan.yaml", own / "ours.yaml")
    stopped("try", case, "--on", "2026-03-02", "--overlay", own)
    err = capsys.readouterr().err
    assert re.search(r"ours.yaml:\d+:\d+ id-twice pack.id", err)
    assert re.search(r"ours.yaml:\d+:\d+ key-missing pack.overlays", err)


def test_explain_hides_what_a_volunteer_may_not_ask(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("explain", case, "ru.338.3", "--on", "2026-11-22", "--asker", "volunteer")
    out = capsys.readouterr().out
    assert "meaning never to come back" not in out
    assert say("en", "lawyer-only") in out


def test_a_case_that_is_misread_says_where_and_nothing_of_it(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case.write_text(CASE.replace("absence_days: 300", "absence_days: secret"), "utf-8")
    stopped("try", case, "--on", "2026-11-22")
    err = capsys.readouterr().err
    assert err == "case.yaml:3:53 fact-value facts.absence_days\n"


def test_the_locales_have_the_same_sentences() -> None:
    texts = [(shelf.shipped_folder().parent / "locales" / f"{name}.ftl").read_text("utf-8") for name in LANGUAGES]
    keys = [re.findall(r"^([a-z][\w-]*) =", text, re.MULTILINE) for text in texts]
    assert keys[0] == keys[1]
    assert len(set(keys[0])) == len(keys[0])
    variables = [
        [sorted(set(re.findall(r"\$(\w+)", part))) for part in re.split(r"^[a-z][\w-]* =", text, flags=re.MULTILINE)]
        for text in texts
    ]
    assert variables[0] == variables[1]


def test_every_sentence_of_the_locales_is_said_somewhere() -> None:
    folder = shelf.shipped_folder().parent
    code = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    text = (folder / "locales" / "en.ftl").read_text("utf-8")
    built = r"(value|offence|exclusion|kind|level|suspensive|length|note|answer-ground|burden|standing)-"
    for key in re.findall(r"^([a-z][\w-]*) =", text, re.MULTILINE):
        assert re.search(rf"""["']{key}["']""", code) or re.match(built, key), key

"""The lists of the return phrase keep every rule of the spec, and are what their candidates give."""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path

import pytest

import wordlists
from safeconduct.sealed.phrase import WORDS

ROOT = Path(__file__).parents[2]
SPEC = (ROOT / "docs" / "spec" / "phrase.md").read_text("utf-8")
SPELLING = {"ru": "[абвгдежзийклмнопрстуфхцчшщъыьэюя]{4,8}", "en": "[a-z]{4,8}"}

# Beginnings of words that nobody should find on his paper; `$` ends a word whose longer neighbours are harmless.
UNWANTED = {
    "ru": """
        арм арми артилл арсенал атак бандит батал боев бой боец бомб броне бронир бунт взвод взрыв винтов воен
        воин войн войск враг генерал гранат десант диверс дот дрон засад заложн залп застав казарм каратель
        катюш кинжал кобур комбат комендан конвой контрраз крейсер курок курсант линкор лейтен майор марш минир
        миномет мишен морпех наган наступл нож$ ножев оборон окоп орден оруди оружие осад отряд офицер патрон
        патрул пехот пистол плац победа подлод полк$ порох приказ прицел присяг пуля пулем пушк рапорт разведк
        разгром ракет револ рекрут рота$ рядовой сабл сапер снайп снаряд солдат сраж ствол стрел танк$ танкист
        тетив торпед форпост фронт$ штаб штурм$ штык адвокат арест барак вышк вызов допрос донос жандарм закон
        зек зона камера карцер каторг колони лагер надзир надзор наручн обыск охран палач повестк полиц поручик
        правосуд преступ приговор призыв прокур протест розыск свидет след$ следств слежк срок ссылк статья
        стукач суд$ судим судья тюрьм тюрем улик устав угон ядро беглец бегун беглян бежен виза граница документ
        изгнан изгой мигр паспорт побег погон погранич приют пропуск рубеж таможн убежищ уклон укрыт эвакуац
        эмигра дезерт боль бред вирус гибел гроб горе жертв казн кладбищ кошмар кров[ьи] могил морг мука мучен
        насил опас опух паник плен плет погиб погром пожар покойн похорон пытк рабств ран[аы]$ расстрел резня
        рак$ самоуб сирот скелет смерт страх страш суицид террор траур трагед тревог труп убий ужас угроз цинк
        чума череп яд$ алкого ангел аллах ад$ бес$ библи бог бож вера$ вин[оа]$ водк героин голгоф гашиш грех
        дьявол евре еврей жоп икон имам ислам кокаин коран крест$ мечет молитв монах наркот негр нимф нацис
        пив[оа]$ поп$ рай$ сатан свят секс синагог табак христ храм цеп[ьи]$ церк цыган черт[ье]?$ чечен шлюх
        шприц фашис хохол укроп ватник сука дебил идиот дурак урод тварь козел петух ябед
        """,
    "en": """
        abort abus addict alcohol alien ammo angel anus army arrest arson assass assault asylum attack axe bail$
        barrack batta battle bayonet bible blast bleed blood bomb bondage border brothel brutal bullet bunker
        burial burn cadav cadet camp$ cannabis cannon captain captiv capture cemet chapel church cigar cocain
        coffin combat command conscri conspir contract convict corporal corpse court$ crime crimin crucif cruel
        crusad curfew custod dagger danger dead death decoy defeat defend demon deport desert$ detain detent
        devil die$ died dope draft drill drown drug drunk dungeon duty enemy enlist escap evict evidence evil
        execut exile exit explod explos fatal fear$ fearful felon fight firearm flee$ flight foe force$ fort$
        fortress frontier fugitiv funeral gallow gang$ gangst general$ genocid ghetto ghost god$ grave$ grenad
        guard guerril guilt gun gypsy hang$ hate heaven hell$ hero$ heroin hide hijack holocaust homicid hostag
        hostil immigr inmate invad invas islam israel jail jesus jew$ jihad judge juror jury justice kidnap kill
        knife koran law$ lawsuit lawyer legion lethal liquor machete mafia major$ marine$ martial massacr
        militar militi mine$ missil mission$ mob$ mosque mourn murder musket mutin navy nazi negro nude nuke
        offens officer opium orphan outlaw pagan pardon paratroop parole passport password patriot patrol penal
        penis pilgrim pirat pistol plague poison polic pope pray precinct priest prison private prosecut prostit
        punish pursuit rabbi$ racis raid rape rebel recruit refuge regiment register$ reserve revolt rifle riot
        rival rocket$ rogue runaway sabot saber saint satan scout search secret seiz sentence sergeant service
        sex shell$ sheriff shoot shot$ shotgun siege siren skelet skull slain slaughter slave smuggl sniper
        soldier spear spy$ squad strangl submarin subpoen suicid summon surrend suspect sword syring tank$
        terror testim thief threat tobacco tomb$ torpedo tortur traitor treason trench trial tribunal trigger
        troop truce tumor uniform vagina venom verdict veteran victim victory villain violen virgin visa vodka
        vomit vote war$ warden warfar warhead warlord warrant warrior warship weapon whip$ whiskey whore widow
        wine$ witch witness wound
        """,
}


def one_slip_apart(one: str, other: str) -> bool:
    """Told by comparing, not by making all slips as the tool does."""
    if len(one) > len(other):
        one, other = other, one
    same = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    rest, other_rest = one[same:], other[same:]
    if len(one) < len(other):
        return rest == other_rest[1:]
    return bool(rest) and (rest[1:] == other_rest[1:] or (rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:]))


def alike(one: str, other: str) -> bool:
    """A word and its own beginning."""
    return one[:4] == other[:4]


def pairs_that_may_be_near(spellings: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Every pair one slip apart, and many more: a slip leaves the first two letters, or what follows the third."""
    groups = defaultdict(list)
    for spelling in spellings:
        groups["begins", spelling[:2]].append(spelling)
        for place in (2, 3):
            groups["ends", spelling[place:]].append(spelling)
    for group in groups.values():
        yield from combinations(group, 2)


@pytest.mark.parametrize("language", WORDS)
class TestList:
    def test_is_2048_different_words_in_their_order_one_a_line(self, language: str) -> None:
        content = (wordlists.SHIPPED / f"{language}.txt").read_bytes().decode("utf-8")
        words = WORDS[language]
        assert content == "".join(f"{word}\n" for word in words)
        assert len(words) == len(set(words)) == 2_048
        assert list(words) == sorted(words)

    def test_is_spelled_in_one_way(self, language: str) -> None:
        for word in WORDS[language]:
            assert re.fullmatch(SPELLING[language], word)
            assert unicodedata.normalize("NFC", word) == word == word.lower()

    def test_no_two_words_begin_with_the_same_four_letters(self, language: str) -> None:
        assert len({word[:4] for word in WORDS[language]}) == 2_048

    def test_no_word_is_one_slip_from_another_or_from_its_beginning(self, language: str) -> None:
        words = set(WORDS[language])
        pairs = pairs_that_may_be_near(words | {word[:4] for word in words})
        assert [pair for pair in pairs if words.intersection(pair) and not alike(*pair) and one_slip_apart(*pair)] == []

    def test_no_word_frightens_or_betrays(self, language: str) -> None:
        unwanted = re.compile("|".join(UNWANTED[language].split()))
        assert [word for word in WORDS[language] if unwanted.match(word)] == []

    def test_is_what_its_candidates_give(self, language: str) -> None:
        candidates = wordlists.candidates(language)
        assert candidates == sorted(set(candidates))
        assert tuple(wordlists.choose(candidates, wordlists.ALPHABETS[language])) == WORDS[language]

    def test_its_digest_stands_in_the_spec(self, language: str) -> None:
        digest = hashlib.sha256((wordlists.SHIPPED / f"{language}.txt").read_bytes()).hexdigest()
        assert f"| `{language}` | `{digest}` |" in SPEC

    def test_its_near_beginnings_are_as_many_as_the_spec_says(self, language: str) -> None:
        near = wordlists.neighbours(WORDS[language], wordlists.ALPHABETS[language])
        assert f"{sum(map(len, near.values())) // 2:,} in `{language}`" in SPEC


def test_the_comparison_knows_every_kind_of_slip() -> None:
    for other in ("ork", "wrk", "workx", "xwork", "woxrk", "wxrk", "owrk", "wokr", "xork", "worx"):
        assert one_slip_apart("work", other)
        assert one_slip_apart(other, "work")
    for other in ("work", "owkr", "worxy", "wo", "rowk", "krow"):
        assert not one_slip_apart("work", other)


def test_the_tools_slips_are_those_of_the_comparison() -> None:
    slips = wordlists.slips("work", wordlists.ALPHABETS["en"])
    assert all(one_slip_apart("work", slip) for slip in slips)
    assert len(slips) == 4 + 5 * 26 - 4 + 4 * 25 + 3

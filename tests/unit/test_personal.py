"""Personal data is found and masked; orders, parcels and the like are left alone (POLICY T4, T5)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from time import process_time

import pytest

from agent_tui.domain.folding import fold
from agent_tui.domain.personal_data import Bare, Kind, PersonalRules
from agent_tui.guidance.personal import Personal, find, mask, masked, may_hold
from agent_tui.guidance.personal_checks import OWN_NAMES, check_of
from agent_tui.packs.loader import BUILT_IN, Problem
from agent_tui.packs.personal_rules import OWN_CHECKS, load_personal_rules, shipped_rules
from tests.bench.personal import judge, written_cases

CASES = tuple(written_cases())


def parts(text: str, *regions: str) -> list[tuple[str, str]]:
    return [(each.kind.value, text[each.start : each.end]) for each in find(text, regions)]


@pytest.mark.parametrize("case", CASES, ids=[f"{number}:{case[0][:30]}" for number, case in enumerate(CASES)])
def test_T4_what_people_write(case: tuple[str, str, tuple[tuple[str, str], ...], str]) -> None:
    results, wrong = judge(case)
    assert wrong == []
    assert [sort for sort, hit in results if not hit] == []


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("card 4111 1111 1111 1111 ok", "card **** **** **** 1111 ok"),
        ("カード番号４１１１１１１１１１１１１１１１です", "カード番号＊＊＊＊＊＊＊＊＊＊＊＊１１１１です"),
        ("mail john.doe@example.com now", "mail j…@example.com now"),
        ("call +49 30 1234567", "call +** ** *****67"),
        ("护照号码E12345678。", "护照号码[passport]。"),
        ("my SSN is 078-05-1121", "my SSN is [national_id]"),
        ("IBAN DE89 3704 0044 0532 0130 00", "IBAN [iban]"),
        ("born on May 5, 1990 in Rome", "born on [birth_date] in Rome"),
        ("order 4111111111111111", "order 4111111111111111"),
        ("nothing at all", "nothing at all"),
    ],
)
def test_T4_a_mask_keeps_what_people_need_to_recognise_it(text: str, safe: str) -> None:
    assert masked(text) == safe
    assert masked(safe) == safe


def test_a_mask_of_cards_and_phones_is_as_wide_as_they_were() -> None:
    text = "5555-5555-5555-4444, +81 90-1234-5678"
    assert len(masked(text)) == len(text)


def test_pieces_that_overlap_cannot_be_masked() -> None:
    with pytest.raises(ValueError, match="overlap"):
        mask("12345", [Personal(Kind.PHONE, 0, 3), Personal(Kind.PHONE, 2, 5)])
    with pytest.raises(ValueError, match="outside"):
        mask("12345", [Personal(Kind.PHONE, 3, 6)])


def test_the_customers_region_decides_what_a_bare_number_is() -> None:
    assert parts("0612345678", "FR") == [("phone", "0612345678")]
    assert parts("0612345678") == []
    assert [each.region for each in find("0612345678", ("fr",))] == ["FR"]


def test_a_word_beside_a_number_decides() -> None:
    number = "4111111111111111"
    assert parts(f"card {number}") == parts(f"here: {number}") == [("card", number)]
    assert parts(f"order number {number}") == parts(f"{number} (order number)") == parts(f"#{number}") == []
    assert parts(f"I looked for my order, but take the card {number}") == [("card", number)]


def test_a_number_with_a_wrong_check_digit_counts_only_behind_its_word() -> None:
    assert parts("4111 1111 1111 1112") == []
    (found,) = find("my card is 4111 1111 1111 1112")
    assert (found.kind, found.sure) == (Kind.CARD, False)


def test_an_address_of_several_lines_is_one_piece() -> None:
    text = "Ship to:\n12 Baker Street\nFlat 3\nLondon NW1 6XE\nThanks"
    assert parts(text, "GB") == [("address", "12 Baker Street\nFlat 3\nLondon NW1 6XE")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("4111\u00a01111\u00a01111\u00a01111", "card"),
        ("4111 1111\n1111 1111", "card"),
        ("٤١١١١١١١١١١١١١١١", "card"),
        ("४१११ ११११ ११११ ११११", "card"),
        ("4111‑1111‑1111‑1111", "card"),
        ("\u200e+966 50 123 4567\u200e", "phone"),
        ("ＤＥ８９３７０４００４４０５３２０１３０００", "iban"),
        ("ｊｏｈｎ＠ｅｘａｍｐｌｅ．ｃｏｍ", "email"),
    ],
)
def test_digits_of_every_script_and_width_are_read(text: str, kind: str) -> None:
    assert [sort for sort, _part in parts(text)] == [kind]
    (found,) = find(text)
    assert text[found.start].strip("\u200e")
    assert not any(sign.isdecimal() for sign in text[found.end :])


def test_places_are_those_of_the_text_with_its_combining_marks() -> None:
    text = "nu\u0301mero de tele\u0301fono: 612 345 678\u200b."
    (found,) = find(text, ("ES",))
    assert text[found.start : found.end] == "612 345 678"
    assert fold("Cafe\u0301").plain == "Cafe"


def test_what_neither_has_digits_nor_an_at_is_not_studied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent_tui.guidance.personal_text.Reading", pytest.fail)
    assert find("Guten Tag, ich warte noch auf meine Bestellung. " * 42) == ()


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1 ",
        "1.",
        "@",
        "a@",
        "a.",
        "1\n",
        "A1",
        "A 1 ",
        "(",
        "+1 ",
        "street 1 ",
        "born 1 ",
        "路1",
        "로 1 ",
        ":1",
        " ",
    ],
)
def test_hostile_text_takes_time_in_proportion_to_its_length(piece: str) -> None:
    shipped_rules()
    find("4111 1111 1111 1111 +49 30 1234567")
    short, long = piece * (20_000 // len(piece)) + "1", piece * (100_000 // len(piece)) + "1"
    began = process_time()
    find(short, ("US",))
    middle = process_time()
    find(long, ("US",))
    assert process_time() - middle < 15 * (middle - began) + 0.5  # five times the length


def test_libraries_are_imported_where_they_are_needed() -> None:
    code = "import sys, agent_tui.guidance.personal as p; p.find('no digits'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not {"stdnum", "phonenumbers"} & set(done.stdout.split())


# Packs.


def rule(**fields: str) -> str:
    """A file of one number with some of its fields changed."""
    usual = {"kind": '"bank"', "region": '"DE"', "form": '"1"', "lengths": "[9]", "bare": '"word"'} | fields
    return "[X]\n" + "".join(f"{field} = {value}\n" for field, value in usual.items())


def test_every_shipped_expression_can_be_compiled_and_matches_no_empty_text() -> None:
    rules = shipped_rules()
    words = (rules.labels, rules.streets)
    forms = [rule.form for rule in rules.ids.values()]
    forms += [form for rule in rules.addresses.values() for form in (*rule.forms, rule.more) if form]
    forms += [form for rule in rules.phones for form in (rule.always, rule.here) if form]
    forms += [form for each in words for form in (*each.begins.values(), each.inside, each.glued) if form]
    plates = rules.plates
    forms += [form for _letters, form in plates.always]
    forms += [
        form for each in (plates.here, plates.vehicle_here, plates.plate_here) for form in each.values()
    ]
    forms += [plates.near, plates.vehicle, plates.plate, plates.towns]
    assert [form.text for form in forms if form.compiled.match("")] == []


def test_every_check_that_a_pack_names_is_there_and_every_rule_can_be_met() -> None:
    assert OWN_NAMES == OWN_CHECKS
    for rule in shipped_rules().ids.values():
        if rule.check:
            assert callable(check_of(rule.check))
        assert {sum(group) for group in rule.groups} <= rule.lengths, rule.id
        assert rule.bare is not Bare.GROUPS or rule.groups, rule.id


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        ("hkid", "A1234563", "A1234564"),
        ("tw", "A123456789", "A123456788"),
        ("nric", "S1234567D", "S1234567A"),
        ("nric", "F1234567N", "F1234567D"),
        ("nric", "M1234567K", "M1234567L"),
        ("clabe", "032180000118359719", "032180000118359710"),
        ("nir", "255081416802538", "255081416802539"),
        ("pl_card", "ABS123456", "ABS123457"),
        ("hetu", "131052308T", "131052308U"),
        ("snils", "11223344595", "11223344596"),
        ("medicare", "2428778132", "2428778142"),
        ("nik", "3171014501900001", "3171017501900001"),
        ("rrn", "8501012345678", "8513012345678"),
        ("luhn", "4111111111111111", "4111111111111112"),
        ("jp_company", "T7000012050002", "T1000012050002"),
    ],
)
def test_our_own_checks(check: str, right: str, wrong: str) -> None:
    assert check_of(f"own.{check}")(right)
    assert not check_of(f"own.{check}")(wrong)


@pytest.mark.parametrize(
    ("name", "text", "line", "reason"),
    [
        ("words.toml", '[en]\ncard = ["card"]\norder = ["x"]\n', 3, "unknown field `order`"),
        ("words.toml", '[en]\ncard = ["*"]\n', 2, "is no word"),
        ("ids.toml", rule(kind='"dog"'), 2, "there is no 'dog'"),
        ("ids.toml", rule(region='"Germany"'), 3, "no region"),
        ("ids.toml", rule(form='"(1"'), 4, "no regular expression"),
        ("ids.toml", rule(form='"1*"'), 4, "matches nothing"),
        ("ids.toml", rule(lengths="[99]"), 5, "3 to 34"),
        ("ids.toml", rule(bare='"never"'), 6, "there is no 'never'"),
        ("ids.toml", rule(check='"de.dog"'), 7, "no check 'de.dog'"),
        ("ids.toml", rule(groups='["3+3"]'), 7, "no row of lengths"),
        ("cards.toml", '[x]\nbegin = "4"\nlengths = [4]\n', 3, "12 to 19 digits"),
        ("phones.toml", '[Germany]\nhere = ["1"]\n', 1, "no region"),
        ("phones.toml", '[DE]\nhere = ["1", "("]\n', 2, "no regular expression"),
        ("addresses.toml", '[de]\nforms = ["["]\n', 2, "no regular expression"),
        ("dates.toml", '[months]\nen = ["may"]\n', 0, "[parts] is missing"),
        ("dates.toml", '[months]\nen = ["may"]\n[parts]\nbetween = ["of"]\n', 3, "eras is missing"),
        ("words.toml", "[en\n", 1, ""),
        ("words.toml", '[en]\ncard = ["card"]\ntells = [":"]\n', 3, "is no word"),
        ("words.toml", '[en]\nnamed = [""]\n', 2, "is no word"),
        ("words.toml", '[en]\nlinks = ["was", "was the"]\n', 2, "'was the' is not one word"),
        ("words.toml", '[en]\napart = ["and2"]\n', 2, "'and2' is not one word"),
        ("words.toml", '[en]\nbehind_card = "crypto"\n', 2, "Expected `array`"),
        ("plates.toml", '[Germany]\nnear = ["1"]\n', 1, "no region"),
        ("plates.toml", '[DE]\nanywhere = ["1"]\n', 2, "unknown field `anywhere`"),
        ("plates.toml", '[DE]\nalways = ["1", "("]\n', 2, "no regular expression"),
        ("plates.toml", '[DE]\nnear = ["1"]\nhere = ["1*"]\n', 3, "matches nothing"),
        ("plates.toml", '[DE]\nnear = ["[A"]\n', 2, "no regular expression"),
        ("plates.toml", "[DE]\nnear = ['([A-Z])\\1']\n", 2, "speaks of a group"),
        ("plates.toml", '[DE]\nvehicle = ["1*"]\n', 2, "matches nothing"),
        ("plates.toml", '[DE]\nvehicle_here = ["("]\n', 2, "no regular expression"),
        ("plates.toml", '[DE]\nplate = ["("]\n', 2, "no regular expression"),
        ("plates.toml", '[DE]\nplate_here = ["("]\n', 2, "no regular expression"),
        ("plates.toml", '[RU]\nalways = ["1"]\nletters = "[a-z]"\n', 3, "none of A to Z"),
        ("plates.toml", '[AE]\ntowns = ["Dubai", "-"]\n', 2, "is no word"),
        ("handles.toml", '[India]\nbehind_at = ["upi"]\n', 1, "no region"),
        ("handles.toml", '[IN]\nbehind_at = ["@upi"]\n', 2, "small letters"),
        ("amounts.toml", '[money]\nsigns = ["kr"]\n', 2, "is not one sign"),
        ("amounts.toml", '[money]\nsigns = ["$"]\ncodes = ["Euro"]\n', 3, "is not a currency"),
        ("amounts.toml", '[money]\nbefore = ["about"]\n', 2, "at most four characters"),
        ("amounts.toml", '[measures]\nafter = ["5 km"]\n', 2, "is not a word of letters"),
    ],
)
def test_a_bad_file_is_named_and_the_shipped_one_stands(
    tmp_path: Path, name: str, text: str, line: int, reason: str
) -> None:
    folder = tmp_path / "personal"
    folder.mkdir()
    (folder / name).write_text(text)
    problems: list[Problem] = []
    rules = load_personal_rules(tmp_path, problems)
    shipped = shipped_rules()
    assert (rules.ids, rules.telling, rules.plates) == (shipped.ids, shipped.telling, shipped.plates)
    assert (rules.payments, rules.amounts) == (shipped.payments, shipped.amounts)
    (problem,) = problems
    assert problem.file == str(folder / name)
    assert problem.line == line
    assert reason in str(problem.reason)


def test_a_team_writes_words_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "personal"
    folder.mkdir()
    shipped = (BUILT_IN / "personal" / "words.toml").read_text(encoding="utf-8")
    (folder / "words.toml").write_text(
        shipped + '\n[eo]\nother = ["mendo*"]\ncard = ["karton*"]\n', encoding="utf-8"
    )
    problems: list[Problem] = []
    rules = load_personal_rules(tmp_path, problems)
    assert problems == []
    assert find("mendonumero 4111111111111111", rules=rules) == ()
    assert [each.kind for each in find("mia kartono 4111111111111112", rules=rules)] == [Kind.CARD]


def own_rules(tmp_path: Path, name: str, more: str) -> PersonalRules:
    """The rules of a team that added something to a shipped file."""
    folder = tmp_path / "personal"
    folder.mkdir()
    shipped = (BUILT_IN / "personal" / name).read_text(encoding="utf-8")
    (folder / name).write_text(f"{shipped}\n{more}", encoding="utf-8")
    problems: list[Problem] = []
    rules = load_personal_rules(tmp_path, problems)
    assert problems == []
    return rules


@pytest.mark.parametrize(
    ("more", "text", "part"),
    [
        ('tells = ["estas"]', "my password estas Luna22", "Luna22"),
        ('tells = ["estas"]', "the OTP that came to my sister yesterday estas 4711", "4711"),
        ('said = ["mi donis"]', "the OTP that came to my sister, mi donis 4711", "4711"),
        ('named = ["nomo"]', "on telegram my nomo lenakovacs, 24 h", "lenakovacs"),
        ('links = ["estintajn", "konfirman"]', "604829 estintajn konfirman estintajn OTP", "604829"),
        ('behind_card = ["kripto"]', "card 4111 1111 1111 1111 kripto 123", "123"),
    ],
)
def test_a_team_writes_small_words_of_its_own(tmp_path: Path, more: str, text: str, part: str) -> None:
    rules = own_rules(tmp_path, "words.toml", f"[eo]\n{more}\n")
    found = {text[each.start : each.end] for each in find(text, rules=rules)}
    assert part in found
    assert part not in {shown for _kind, shown in parts(text)}


def test_a_team_writes_words_that_part_a_password_from_the_next(tmp_path: Path) -> None:
    rules = own_rules(tmp_path, "words.toml", '[eo]\napart = ["kaj"]\n')
    text = "Luna.2019$ kaj my password"
    assert parts(text) == [("secret", "Luna.2019$")]
    assert find(text, rules=rules) == ()


@pytest.mark.parametrize(
    ("more", "text", "part"),
    [
        ("always = ['ZQ~[0-9]{3}']", "see ZQ~123 there", "ZQ~123"),
        ("letters = '[ж]'\nalways = ['ж~[0-9]{3}']", "see ж~123 there", "ж~123"),
        ("here = ['ZQ~[0-9]{3}']", "see ZQ~123 there", "ZQ~123"),
        ("near = ['ZQ~[0-9]{3}']", "our car came, see ZQ~123 there", "ZQ~123"),
        ("vehicle = ['ZQ~[0-9]{3}']", "our car is ZQ~123", "ZQ~123"),
        ("vehicle_here = ['ZQ~[0-9]{3}']", "our car ZQ~123", "ZQ~123"),
        ("plate = ['Z~[0-9]~[0-9]~[0-9]']", "number plate Z~1~2~3", "Z~1~2~3"),
        ("plate_here = ['[0-9]{3}~[0-9]']", "number plate 123~4", "123~4"),
        ('towns = ["Zurk"]', "number plate Zurk 123", "Zurk 123"),
    ],
)
def test_a_team_writes_plates_of_its_own(tmp_path: Path, more: str, text: str, part: str) -> None:
    rules = own_rules(tmp_path, "plates.toml", f"[XQ]\n{more}\n")
    assert [text[each.start : each.end] for each in find(text, ("XQ",), rules)] == [part]
    assert parts(text, "XQ") == []
    elsewhere = [text[each.start : each.end] for each in find(text, ("XX",), rules)]
    assert elsewhere == ([] if "here = " in more else [part])


def test_a_team_writes_payment_names_and_currencies_of_its_own(tmp_path: Path) -> None:
    text = "pay lena.k@zurkbank then"
    assert parts(text) == []
    rules = own_rules(tmp_path, "handles.toml", '[XQ]\nbehind_at = ["zurkbank"]\n')
    assert [text[each.start : each.end] for each in find(text, rules=rules)] == ["lena.k@zurkbank"]
    (tmp_path / "other").mkdir()
    rules = own_rules(tmp_path / "other", "amounts.toml", '[own]\ncodes = ["XQD"]\n')
    assert parts("our car is 300 XQD") == [("plate", "300 XQD")]
    assert find("our car is 300 XQD", rules=rules) == ()


@pytest.mark.parametrize(
    ("text", "region", "plate"),
    [
        ("see А123ВС77 there", "", "А123ВС77"),
        ("see 粤B12345 there", "", "粤B12345"),
        ("see MH 12 AB 1234 there", "", "MH 12 AB 1234"),
        ("see 品川 300 あ 12-34 there", "JP", "品川 300 あ 12-34"),
        *(
            (f"that car came, see {plate} there", "", plate)
            for plate in (
                "LK19 VXT", "AB-123-CD", "1-ABC-123", "ΙΚΤ-4829", "KTBX-48", "4829 KTB", "ABC1D23", "HH-KT 482",
                "34 KTB 482", "51F-482.91", "12-ABC-3", "B-48-XYZ", "EK 48213", "ZG 1234-AB", "LJ AB-482",
                "12-D-4829", "BE·417 203", "CA 8XYZ123", "8XYZ 123", "10-AB-123", "WA 1234C", "WX 482TB",
                "КА 4829 ВТ",
            )
        ),
        ("our car is 482 KLM", "", "482 KLM"),
        *(
            ("our car is KLM 482", region, "KLM 482")
            for region in ("SE", "FI", "LT", "HU", "CO", "PK", "MY", "PH", "AR", "PE", "EC", "TW", "KE", "NG")
        ),
        *((f"number plate {town} A 12345", "", f"{town} A 12345") for town in ("Dubai", "Abu Dhabi", "Doha")),
        *(("number plate 12/34567", region, "12/34567") for region in ("AE", "QA", "KW", "BH", "OM")),
    ],
)  # fmt: skip
def test_T4_every_form_of_a_plate_is_found(text: str, region: str, plate: str) -> None:
    assert parts(text, region) == [("plate", plate)]


@pytest.mark.parametrize(
    "text",
    [
        "our car is 300 EUR",
        "our car is 120 KWH",
        "our car is KLM 482",
        "see LK19 VXT there",
        "RO 55208 car, van",
    ],
)
def test_T4_what_only_looks_like_a_plate_is_left_alone(text: str) -> None:
    assert parts(text) == []


def test_T4_the_names_in_the_brackets_of_a_mask_can_be_told() -> None:
    text = "护照号码E12345678，车牌号京A88888"
    names = {Kind.PASSPORT: "护照"}
    assert mask(text, find(text), names) == "护照号码[护照]，车牌号[plate]"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("pepe ruiz arroba correo punto es", "ruiz arroba correo punto es"),
        ("邮箱：lilei艾特qq点com", "lilei艾特qq点com"),
        ("почта ivan собака yandex точка ru", "ivan собака yandex точка ru"),
        ("wang#at#sina.com", "wang#at#sina.com"),
    ],
)
def test_T4_a_mail_address_without_its_sign_is_found(text: str, part: str) -> None:
    assert may_hold(text)
    assert parts(text) == [("email", part)]


def test_T4_a_word_for_an_account_needs_a_bank_beside_it() -> None:
    assert parts("sort code 20-00-00, account 55779911") == [("bank", "20-00-00"), ("bank", "55779911")]
    assert parts("my account 55779911 is locked") == []


def test_T4_an_expiry_date_counts_beside_a_card_only() -> None:
    assert ("secret", "04/27") in parts("card 4242 4242 4242 4242 exp 04/27")
    assert parts("the offer expires 04/27") == []


def test_T4_an_extension_goes_with_its_number() -> None:
    assert parts("call +1-646-555-0198 ext 22") == [("phone", "+1-646-555-0198 ext 22")]


@pytest.mark.parametrize("text", ["calle cortada 3 horas", "straat 3 weken open", "Table 4, Block C, Row 12"])
def test_T4_a_street_without_a_name_is_no_address(text: str) -> None:
    assert parts(text) == []


def test_a_mail_pack_with_a_word_of_signs_alone_is_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "personal"
    folder.mkdir()
    (folder / "mails.toml").write_text('[en]\ndot = ["."]\n', encoding="utf-8")
    problems: list[Problem] = []
    rules = load_personal_rules(tmp_path, problems)
    assert rules.mails == shipped_rules().mails
    assert [(Path(problem.file).name, problem.line) for problem in problems] == [("mails.toml", 2)]


def test_the_same_text_is_read_with_the_same_regions_in_every_run() -> None:
    program = (
        "from agent_tui.guidance.personal_text import Reading\n"
        "from agent_tui.packs.personal_rules import shipped_rules\n"
        "from tests.bench.personal import written_cases\n"
        "print([list(Reading(case[0], (), shipped_rules()).regions) for case in written_cases()])\n"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=Path(__file__).parent.parent.parent,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(runs) == 1

"""Names, titles and forms of address: the customer's own order, no gender guessed, a wish first (POLICY E1, E6)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_tui.domain.ticket import Customer
from agent_tui.guidance.addressing import FormOfAddress, Register, form_of_address
from agent_tui.guidance.names import NameKind, parse
from agent_tui.packs.culture import CultureBook, shipped_markets

BOOK = CultureBook()


def form(
    name: str, market: str, language: str = "", register: Register | None = None, wishes: str = ""
) -> FormOfAddress:
    customer = Customer(name=name, market=market, wishes=wishes)
    return form_of_address(customer, BOOK.market(market), language, register, book=BOOK)


@pytest.mark.parametrize(
    ("name", "market", "language", "address", "greeting"),
    [
        # Titles tell the gender; nothing else does.
        ("Anna Müller", "DE", "de", "Anna Müller", "Guten Tag Anna Müller,"),
        ("Frau Dr. Müller", "DE", "de", "Frau Dr. Müller", "Sehr geehrte Frau Dr. Müller,"),
        ("Herr Hans Müller", "DE", "de", "Herr Müller", "Sehr geehrter Herr Müller,"),
        ("MÜLLER Hans", "DE", "de", "Hans Müller", "Guten Tag Hans Müller,"),
        ("Müller, Hans", "DE", "de", "Hans Müller", "Guten Tag Hans Müller,"),
        ("Frau von der Heide", "DE", "de", "Frau von der Heide", "Sehr geehrte Frau von der Heide,"),
        ("Frau Mag. Eva Huber", "AT", "de", "Frau Mag. Huber", "Sehr geehrte Frau Mag. Huber,"),
        ("Ms Emma Clarke", "GB", "en", "Ms Clarke", "Dear Ms Clarke,"),
        ("Emma Clarke", "GB", "en", "Emma Clarke", "Dear Emma Clarke,"),
        ("Emma Clarke", "US", "en", "Emma", "Hi Emma,"),
        ("Dr Emma Clarke", "GB", "en", "Dr. Emma Clarke", "Dear Dr. Emma Clarke,"),
        ("Mme Dupont", "FR", "fr", "Madame Dupont", "Bonjour Madame Dupont,"),
        ("DUPONT Marie", "FR", "fr", "Marie Dupont", "Bonjour Marie Dupont,"),
        ("Dott.ssa Giulia Rossi", "IT", "it", "Dott.ssa Rossi", "Gentile Dott.ssa Rossi,"),
        ("Sra. María García López", "ES", "es", "Sra. García", "Estimada Sra. García:"),
        ("María García López", "ES", "es", "María García López", "Buenos días, María García López:"),
        ("Sr. José Luis Rodríguez Zapatero", "ES", "es", "Sr. Rodríguez", "Estimado Sr. Rodríguez:"),
        ("Sra. Ana Souza", "BR", "pt-BR", "Sra. Ana", "Prezada Sra. Ana,"),
        ("Ana Souza", "BR", "pt", "Ana", "Olá, Ana! Tudo bem?"),
        ("mevrouw Anna de Vries", "NL", "nl", "mevrouw De Vries", "Geachte mevrouw De Vries,"),
        ("Jan van der Berg", "NL", "nl", "Jan", "Beste Jan,"),
        ("Pani Anna Kowalska", "PL", "pl", "Pani Kowalska", "Szanowna Pani,"),
        ("Anna Kowalska", "PL", "pl", "Anna Kowalska", "Dzień dobry,"),
        ("Erik Lindqvist", "SE", "sv", "Erik", "Hej Erik,"),
        ("Smith, Jr., Robert", "US", "en", "Robert", "Hi Robert,"),
        ("Mx Alex Reed", "CA", "en", "Mx Alex Reed", "Dear Mx Alex Reed,"),
        ("dhr. P. van den Broek", "NL", "nl", "heer Van den Broek", "Geachte heer Van den Broek,"),
        ("Mevrou Annelie Botha", "ZA", "en", "Ms Botha", "Dear Ms Botha,"),
        # Given name and patronymic.
        ("Анна Петровна Иванова", "RU", "ru", "Анна Петровна", "Здравствуйте, Анна Петровна!"),
        ("Иванова Анна Петровна", "RU", "ru", "Анна Петровна", "Здравствуйте, Анна Петровна!"),
        ("Иванов Сергей", "RU", "ru", "Сергей Иванов", "Здравствуйте, Сергей Иванов!"),
        # Family name first.
        ("佐藤 健一", "JP", "ja", "佐藤様", "佐藤様\nいつもお世話になっております。"),
        ("佐藤健一", "JP", "ja", "佐藤様", "佐藤様\nいつもお世話になっております。"),
        ("東海林さだお", "JP", "ja", "東海林さだお様", "東海林さだお様\nいつもお世話になっております。"),
        ("佐々木　希", "JP", "ja", "佐々木様", "佐々木様\nいつもお世話になっております。"),
        ("Satō Ken'ichi", "JP", "ja", "Satō 様", "Satō 様\nいつもお世話になっております。"),
        ("Ken’ichi Sato", "JP", "en", "Sato-san", "Dear Sato-san,"),
        ("김민지", "KR", "ko", "김민지 님", "안녕하세요, 김민지 님."),
        ("김 민지 고객님", "KR", "ko", "김민지 님", "안녕하세요, 김민지 님."),
        ("Kim Minji", "KR", "ko", "Kim Minji 님", "안녕하세요, Kim Minji 님."),
        ("王小明", "SG", "zh-Hans", "王小明", "尊敬的王小明，您好！"),
        ("李女士", "SG", "zh-Hans", "李女士", "尊敬的李女士，您好！"),
        ("Nguyễn Thị Lan", "VN", "vi", "Anh/Chị Lan", "Kính gửi Anh/Chị Lan,"),
        # No family name, or the given name is what one says.
        ("สมชาย ใจดี", "TH", "th", "คุณสมชาย", "เรียน คุณสมชาย"),
        ("คุณสมชาย ใจดี", "TH", "th", "คุณสมชาย", "เรียน คุณสมชาย"),
        ("Somchai Jaidee", "TH", "en", "Khun Somchai", "Dear Khun Somchai,"),
        ("Ahmad bin Ismail", "MY", "ms", "Tuan/Puan Ahmad", "Salam sejahtera Tuan/Puan Ahmad,"),
        ("Budi", "ID", "id", "Bapak/Ibu Budi", "Yth. Bapak/Ibu Budi,"),
        ("Ibu Siti Rahayu", "ID", "id", "Ibu Siti", "Yth. Ibu Siti,"),
        ("Mr. Abdullah Al-Otaibi", "SA", "en", "Mr. Abdullah", "Dear Mr. Abdullah,"),
        ("Ayşe Hanım", "TR", "tr", "Ayşe Hanım", "Merhaba Ayşe Hanım,"),
        ("Mehmet Yılmaz", "TR", "tr", "Sayın Mehmet Yılmaz", "Sayın Mehmet Yılmaz,"),
        ("प्रिया शर्मा", "IN", "hi", "प्रिया जी", "नमस्ते प्रिया जी,"),
        ("דנה כהן", "IL", "he", "דנה", "היי דנה,"),
        ("Chị Hoa", "VN", "vi", "Chị Hoa", "Kính gửi Chị Hoa,"),
        ("Sayın Fatma Şahin", "TR", "tr", "Sayın Fatma Şahin", "Sayın Fatma Şahin,"),
        ("السيدة فاطمة الزهراني", "SA", "ar", "الأستاذة فاطمة", "السلام عليكم الأستاذة فاطمة،"),
        # Nobody, and companies.
        ("Müller GmbH", "DE", "de", "Müller GmbH", "Sehr geehrte Damen und Herren,"),
        (
            "株式会社山田製作所",
            "JP",
            "ja",
            "株式会社山田製作所",
            "ご担当者様\nいつもお世話になっております。",
        ),
        ("ООО Ромашка", "RU", "ru", "ООО Ромашка", "Здравствуйте!"),
        ("anna.mueller@example.com", "DE", "de", "", "Guten Tag,"),
        ("", "FR", "fr", "", "Bonjour,"),
        ("  ", "JP", "ja", "", "いつもお世話になっております。"),
    ],
)
def test_E1_the_form_of_address_is_the_markets(
    name: str, market: str, language: str, address: str, greeting: str
) -> None:
    found = form(name, market, language)
    assert (found.address, found.greeting) == (address, greeting)


@pytest.mark.parametrize(
    ("name", "market", "given", "family", "certain"),
    [
        ("Satō Ken'ichi", "JP", "Ken'ichi", "Satō", True),
        ("Ken'ichi Satō", "JP", "Ken'ichi", "Satō", True),
        ("ジョン・スミス", "JP", "ジョン", "スミス", False),
        ("Tan Wei Ming", "SG", "Wei Ming", "Tan", True),
        ("David Tan Wei Ming", "SG", "David", "Tan", True),
        ("Siti Nurhaliza", "SG", "Siti", "Nurhaliza", False),
        ("Ravi a/l Muthu", "MY", "Ravi", "", True),
        ("Lan Nguyen", "VN", "Lan", "Nguyen", True),
        ("남궁민수", "KR", "민수", "남궁", True),
        ("欧阳娜娜", "SG", "娜娜", "欧阳", True),
        ("Jean-Pierre DE LA TOUR", "FR", "Jean-Pierre", "de la Tour", True),
        ("Juan Carlos Pérez de la Vega", "MX", "Juan Carlos", "Pérez", True),
        ("Maria Clara dos Santos Filho", "BR", "Maria Clara", "dos Santos", True),
        ("R. Venkatesh", "IN", "Venkatesh", "", True),
        ("J. Smith", "US", "", "Smith", False),
        ("Abdul Rahman Al Saud", "SA", "Abdul Rahman", "Al Saud", True),
        ("عبد الرحمن محمد", "EG", "عبد الرحمن", "محمد", True),
        ("Ｊｏｈｎ　Ｓｍｉｔｈ", "US", "John", "Smith", True),
        ("Emma", "US", "", "", False),
    ],
)
def test_the_parts_of_a_name_follow_market_and_script(
    name: str, market: str, given: str, family: str, certain: bool
) -> None:
    found = parse(name, BOOK.market(market), BOOK.names)
    assert (found.given, found.family, found.certain) == (given, family, certain)


@pytest.mark.parametrize("name", ["Andrea Rossi", "Kim", "Sasha Ivanov", "Maria Huber", "Robin Lee"])
def test_no_gender_is_guessed_from_a_first_name(name: str) -> None:
    for market in shipped_markets():
        assert parse(name, BOOK.market(market), BOOK.names).gender == ""


def test_E6_a_wish_wins_over_everything() -> None:
    found = form("Frau Dr. Anna Müller", "DE", "de", wishes="call me Ana")
    assert (found.address, found.greeting, found.wished) == ("Ana", "Hallo Ana,", True)
    assert form("王小明", "SG", "zh-Hans", wishes="叫我小李").greeting == "小李，你好！"
    assert form("佐藤健一", "JP", "ja", wishes="ケンと呼んでください").address == "ケン様"
    assert form("Emma", "GB", "en", wishes="please call me Mrs Smith").greeting == "Dear Mrs Smith,"


def test_the_register_can_be_asked_for() -> None:
    assert form("Anna Müller", "DE", "de", "informal").greeting == "Hallo Anna,"
    assert form("Emma Clarke", "US", "en", "formal").greeting == "Dear Emma Clarke,"
    assert form("Anna Müller", "DE", "de").closing == "Mit freundlichen Grüßen"
    assert form("Anna Müller", "DE", "de", "informal").closing == "Viele Grüße"
    # Who writes a title with the name is not spoken to as a friend.
    assert form("Dr. Emma Clarke", "US", "en").greeting == "Dear Dr. Emma Clarke,"


def test_the_language_is_the_customers_then_the_markets_then_english() -> None:
    pack = BOOK.market("JP")
    assert form_of_address(Customer(name="佐藤"), pack, book=BOOK).language == "ja"
    assert form_of_address(Customer(name="佐藤", language="en"), pack, book=BOOK).language == "en"
    assert form_of_address(Customer(name="佐藤"), pack, "zh-TW", book=BOOK).language == "zh-Hant"
    assert form_of_address(Customer(name="佐藤"), pack, "eo", book=BOOK).language == "en"
    assert form_of_address(Customer(name="Anna"), None, "pt-PT", book=BOOK).language == "pt-BR"
    assert form_of_address(Customer(name="Anna"), None, book=BOOK).language == "en"


@pytest.mark.parametrize(
    "name",
    [
        "Müller GmbH & Co. KG",
        "Acme Ltd",
        "Acme, Inc.",
        "주식회사 한빛",
        "บริษัท ไทย จำกัด",
        "深圳市华为技术有限公司",
        "PT Maju Jaya",
    ],
)
def test_companies_are_known(name: str) -> None:
    assert parse(name, None, BOOK.names).kind is NameKind.COMPANY


@pytest.mark.parametrize("name", ["Ag Khan", "Sa Nguyen", "Se Ri Pak", "Me Linh Tran", "Limbach Anna"])
def test_people_are_no_companies(name: str) -> None:
    assert parse(name, None, BOOK.names).kind is NameKind.PERSON


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=40),
    st.sampled_from([*shipped_markets(), "ZZ"]),
    st.sampled_from(["", "de", "ja", "ko", "zh-Hans", "en", "th", "ru"]),
    st.text(max_size=20),
)
def test_any_name_gives_one_line_that_can_be_written(
    name: str, market: str, language: str, wishes: str
) -> None:
    found = form(name, market, language, wishes=wishes)
    assert found.greeting
    assert "{customer" not in found.greeting
    assert "\n" not in found.address
    assert found.address == found.address.strip()
    if found.name.kind is NameKind.NOBODY and not found.wished:
        assert found.address == ""


@pytest.mark.parametrize("piece", ["x", "Dr. ", "e\u0301\u0323", "佐", "von der "])
def test_a_flood_is_no_name_to_be_studied(piece: str) -> None:
    assert len(parse(piece * 50_000, BOOK.market("DE"), BOOK.names).full) <= 400

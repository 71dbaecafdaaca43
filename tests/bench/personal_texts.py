"""The sentences that `tests.bench.personal` puts made numbers into; `{}` is the number, `#` a digit and `¤` a letter."""

from __future__ import annotations

REGION_OF = {
    "en": "US", "zh-Hans": "CN", "zh-Hant": "TW", "ja": "JP", "ko": "KR", "de": "DE", "fr": "FR", "es": "ES", "pt": "BR", "it": "IT",
    "nl": "NL", "pl": "PL", "ru": "RU", "uk": "UA", "ar": "SA", "he": "IL", "tr": "TR", "th": "TH", "vi": "VN", "id": "ID", "ms": "MY",
    "hi": "IN", "sv": "SE",
}  # fmt: skip

MONTHS = {
    "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
    "de": ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
    "fr": ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
    "es": ["de " + name + " de" for name in ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"]],
    "pt": ["de " + name + " de" for name in ["janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"]],
    "it": ["gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"],
    "nl": ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"],
    "pl": ["stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września", "października", "listopada", "grudnia"],
    "ru": ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"],
    "uk": ["січня", "лютого", "березня", "квітня", "травня", "червня", "липня", "серпня", "вересня", "жовтня", "листопада", "грудня"],
    "tr": ["Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım", "Aralık"],
    "ar": ["يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"],
    "he": ["ב" + name for name in ["ינואר", "פברואר", "מרץ", "אפריל", "מאי", "יוני", "יולי", "אוגוסט", "ספטמבר", "אוקטובר", "נובמבר", "דצמבר"]],
    "hi": ["जनवरी", "फरवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर"],
    "th": ["มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"],
    "vi": [f"tháng {number} năm" for number in range(1, 13)],
    "id": ["Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember"],
    "ms": ["Januari", "Februari", "Mac", "April", "Mei", "Jun", "Julai", "Ogos", "September", "Oktober", "November", "Disember"],
    "sv": ["januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"],
}  # fmt: skip

ANNOUNCED = {
    "en": {"card": "pls charge it to my card, number is {} thx", "iban": "Refund to IBAN {} please.", "passport": "I travel with passport no. {} next week", "phone": "You can reach me on {} after six.", "birth_date": "I was born on {} in Leeds.", "email": "Write to {} instead."},
    "zh-Hans": {"card": "我的信用卡号是{}，请退款", "iban": "请退到账户{}", "passport": "护照号码：{}。", "phone": "手机号{}，随时联系", "birth_date": "我的出生日期是{}", "email": "邮箱{}收不到"},
    "zh-Hant": {"card": "信用卡卡號{}被重複扣款", "iban": "請匯到銀行帳戶 {}", "passport": "護照號碼為{}，請更新", "phone": "聯絡電話：{}", "birth_date": "生日：{}", "email": "請寄到{}謝謝"},
    "ja": {"card": "カード番号は{}です。", "iban": "振込先は{}になります", "passport": "パスポート番号：{}", "phone": "電話番号は{}です。よろしくお願いします", "birth_date": "生年月日は{}です。", "email": "メールは{}までお願いします"},
    "ko": {"card": "카드번호 {} 로 결제했어요", "iban": "환불 계좌는 {} 입니다", "passport": "여권번호는 {}입니다", "phone": "제 연락처는 {} 이에요", "birth_date": "생년월일 {} 입니다", "email": "이메일은 {}입니다"},
    "de": {"card": "Meine Kreditkartennummer lautet {}.", "iban": "Bitte überweisen Sie auf {} zurück.", "passport": "Reisepass-Nr.: {}", "phone": "Sie erreichen mich unter {}.", "birth_date": "Ich bin am {} geboren.", "email": "Schreiben Sie an {}, danke."},
    "fr": {"card": "Mon numéro de carte est le {}.", "iban": "Voici mon RIB : {}", "passport": "passeport n° {} valable", "phone": "Vous pouvez me joindre au {}.", "birth_date": "Je suis née le {}", "email": "Mon mail : {}"},
    "es": {"card": "El número de mi tarjeta es {}", "iban": "Hagan la devolución a la cuenta bancaria {}", "passport": "Mi pasaporte es el {}", "phone": "Llámenme al {} por favor", "birth_date": "Fecha de nacimiento: {}", "email": "correo {}"},
    "pt": {"card": "o cartão de crédito é {}", "iban": "Minha conta bancária: {}", "passport": "Passaporte: {}", "phone": "meu celular é {}", "birth_date": "nasci em {}", "email": "e-mail {} ok"},
    "it": {"card": "La mia carta di credito: {}", "iban": "Rimborso su {} grazie", "passport": "numero di passaporto {}", "phone": "Potete chiamarmi al {}", "birth_date": "Sono nata il {} a Roma", "email": "scrivetemi a {}"},
    "nl": {"card": "Mijn creditcardnummer is {}", "iban": "Graag terugstorten op {}", "passport": "Paspoortnummer {}", "phone": "U kunt mij bellen op {}", "birth_date": "Geboortedatum: {}", "email": "mail naar {}"},
    "pl": {"card": "Numer mojej karty to {}", "iban": "Proszę o zwrot na konto {}", "passport": "nr paszportu: {}", "phone": "Proszę dzwonić pod numer {}", "birth_date": "Urodziłam się {}", "email": "mój adres to {}"},
    "ru": {"card": "Номер карты {}, спишите", "iban": "Верните на счёт {}", "passport": "паспорт: {}", "phone": "позвоните мне по телефону {}", "birth_date": "Дата рождения: {}", "email": "почта {}"},
    "uk": {"card": "номер картки {}", "iban": "Поверніть на рахунок {}", "passport": "паспорт {} виданий", "phone": "мій телефон {}", "birth_date": "дата народження {}", "email": "пошта {}"},
    "ar": {"card": "رقم بطاقتي هو {}", "iban": "حسابي البنكي {}", "passport": "رقم جواز السفر {}", "phone": "رقم جوالي {} للتواصل", "birth_date": "تاريخ الميلاد {}", "email": "بريدي {}"},
    "he": {"card": "מספר כרטיס האשראי שלי {}", "iban": "חשבון הבנק {}", "passport": "מספר דרכון {}", "phone": "אפשר להתקשר אליי בטלפון {}", "birth_date": "תאריך לידה {}", "email": "המייל שלי {}"},
    "tr": {"card": "Kredi kartı numaram {}", "iban": "İadeyi şu hesaba yapın: {}", "passport": "Pasaport numaram {}", "phone": "Bana {} numaralı telefondan ulaşabilirsiniz", "birth_date": "Doğum tarihim {}", "email": "e-postam {}"},
    "th": {"card": "หมายเลขบัตรเครดิต {}", "iban": "เลขบัญชี {}", "passport": "หนังสือเดินทางเลขที่ {}", "phone": "เบอร์โทร {}ค่ะ", "birth_date": "วันเกิด {}", "email": "อีเมล {}"},
    "vi": {"card": "số thẻ tín dụng của tôi là {}", "iban": "số tài khoản {}", "passport": "hộ chiếu số {}", "phone": "SĐT của em là {} ạ", "birth_date": "Ngày sinh: {}", "email": "mail {} nhé"},
    "id": {"card": "nomor kartu kredit saya {}", "iban": "transfer ke rekening {}", "passport": "nomor paspor {}", "phone": "bisa hubungi saya di {}", "birth_date": "Tanggal lahir {}", "email": "email saya {}"},
    "ms": {"card": "nombor kad kredit saya {}", "iban": "akaun bank saya {}", "passport": "No. pasport: {}", "phone": "boleh hubungi saya di {}", "birth_date": "tarikh lahir {}", "email": "emel {}"},
    "hi": {"card": "मेरा कार्ड नंबर {} है", "iban": "बैंक खाता {}", "passport": "पासपोर्ट नंबर {} है", "phone": "मेरा मोबाइल नंबर {} है", "birth_date": "जन्म तिथि {}", "email": "ईमेल {}"},
    "sv": {"card": "Mitt kortnummer är {}", "iban": "Betala till {}", "passport": "Passnummer: {}", "phone": "Ring mig på {}", "birth_date": "Född {}", "email": "mejla {}"},
}  # fmt: skip

BARE = {
    "en": ["here you go: {}", "{}", "is {} what you need?"], "zh-Hans": ["就是这个{}，麻烦了", "{}"], "zh-Hant": ["就是這個 {} 麻煩了", "{}"],
    "ja": ["{}です。お願いします。", "こちらになります：{}"], "ko": ["{} 입니다", "여기요 {}"], "de": ["Hier bitte: {}", "{} - reicht das?"],
    "fr": ["Voilà : {}.", "c'est {} merci"], "es": ["aquí está {}", "Es el {}."], "pt": ["segue {} obrigado", "É {}."], "it": ["eccolo: {}", "{} grazie"],
    "nl": ["Hierbij {}", "het is {}."], "pl": ["Proszę bardzo: {}", "to {}"], "ru": ["вот: {}", "{} спасибо"], "uk": ["ось {}", "{} дякую"],
    "ar": ["تفضل {}", "هذا هو: {}"], "he": ["הנה {}", "{} תודה"], "tr": ["buyurun: {}", "{} teşekkürler"], "th": ["นี่ค่ะ {}", "{} ครับ"],
    "vi": ["đây ạ {}", "của mình là {}"], "id": ["ini ya {}", "{} terima kasih"], "ms": ["ini {} ya", "{}"], "hi": ["यह लीजिए {}", "{} धन्यवाद"], "sv": ["här: {}", "{} tack"],
}  # fmt: skip

_ORDERS = {
    "en": "My order number is {} and nothing arrived.", "zh-Hans": "订单号{}还没发货", "zh-Hant": "訂單編號{}還沒到", "ja": "注文番号{}の件です",
    "ko": "주문번호 {} 확인 부탁드려요", "de": "Meine Bestellnummer ist {}.", "fr": "Ma commande n° {} n'est pas arrivée", "es": "mi pedido {} no llega",
    "pt": "pedido {} ainda não chegou", "it": "Ordine numero {} mai arrivato", "nl": "Mijn bestelnummer: {}", "pl": "Numer zamówienia {}", "ru": "Номер заказа {}",
    "uk": "номер замовлення {}", "ar": "رقم الطلب {}", "he": "מספר הזמנה {}", "tr": "Sipariş numaram {}", "th": "หมายเลขคำสั่งซื้อ {}", "vi": "mã đơn hàng {} chưa tới",
    "id": "nomor pesanan {}", "ms": "no. pesanan saya {}", "hi": "ऑर्डर नंबर {} नहीं आया", "sv": "Mitt ordernummer är {}",
}  # fmt: skip
_PARCELS = {
    "en": "Tracking number {} shows no movement", "zh-Hans": "快递单号：{}", "zh-Hant": "追蹤號碼 {}", "ja": "追跡番号：{}", "ko": "송장번호 {} 조회가 안돼요", "de": "Sendungsnummer {}",
    "fr": "Le numéro de suivi est {}", "es": "Número de seguimiento: {}", "pt": "código de rastreio {}", "it": "La spedizione {} è ferma", "nl": "zending {} staat stil", "pl": "przesyłka {}", "ru": "трек-номер {}",
    "uk": "ТТН {}", "ar": "رقم الشحنة {}", "he": "מספר משלוח {}", "tr": "kargo takip no {}", "th": "เลขพัสดุ {}", "vi": "mã vận đơn {}", "id": "no resi {}", "ms": "nombor penjejakan {}", "hi": "ट्रैकिंग नंबर {}", "sv": "Kollinummer {}",
}  # fmt: skip
_BILLS = {
    "en": "Invoice {} is wrong", "zh-Hans": "发票号码{}开错了", "zh-Hant": "發票號碼{}", "ja": "請求書番号{}", "ko": "영수증 번호 {}", "de": "Rechnung Nr. {}", "fr": "facture {}", "es": "la factura {}", "pt": "nota fiscal {}",
    "it": "fattura {}", "nl": "factuur {}", "pl": "faktura {}", "ru": "накладная {}", "uk": "квитанція {}", "ar": "الفاتورة رقم {}", "he": "חשבונית {}", "tr": "fatura no {}", "th": "ใบเสร็จเลขที่ {}", "vi": "hóa đơn số {}",
    "id": "nomor tagihan {}", "ms": "no. invois {}", "hi": "बिल नंबर {}", "sv": "faktura {}",
}  # fmt: skip
_SHAPES = [
    "################",
    "##########",
    "############",
    "4###############",
    "#########",
    "404-#######-#######",
    "¤¤¤-######",
    "2026######",
    "#########-##",
    "#### #### ####",
]


def _in_all(sentences: dict[str, str], shapes: list[str]) -> dict[str, list[str]]:
    return {
        language: [sentence.format(shape) for shape in shapes] for language, sentence in sentences.items()
    }


OTHERS: dict[str, dict[str, list[str]] | list[str]] = {
    "orders": _in_all(_ORDERS, _SHAPES),
    "parcels": _in_all(_PARCELS, ["1Z¤¤¤¤¤¤##########", "RR#########CN", "############", "94001###############", "JD##################", "#### #### ####", "##############"]),
    "bills": _in_all(_BILLS, ["########", "INV-2026-#####", "##########", "2026/##/####"]),
    "goods": ["SKU ¤¤¤-#####-¤¤ is sold out", "S/N: ¤##¤#####¤¤", "serial number ¤¤##########", "型号 ¤¤-####¤", "ISBN 978-3-16-######-#", "EAN 40########## fehlt", "IMEI 35#############", "品番 ¤###-####", "model ¤¤####/## arrived"],
    "money and measures": ["I paid 1,2##.50 USD", "Total: € 1.###,99", "共计¥12####元", "합계 1,2##,000원", "合計12,###円です", "1 ### 000 ₫", "about ##.#% of it", "it weighs ## kg and ### g", "сумма 1# ### руб."],
    "times": ["since 2026-03-## 14:##", "at 14:##:##", "am 1#.03.2026 geliefert", "on 03/1#/2026 I wrote", "2026年3月1#日に届きました", "3월 1#일에 왔어요", "entre 9h## et 18h##", "timestamp 2026030112####"],
    "versions": ["version 10.0.1.###", "firmware v2.1#.0.3", "build 1#.4.2.1", "App 7.##.1 crashes", "версия 3.#.1.22", "版本号 8.0.##.1"],
    "bare orders": ["ORD-########", "#A-2026-#####", "¤¤########¤¤ is late", "RMA######"],
}  # fmt: skip

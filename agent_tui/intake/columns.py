"""Column and field names of other programs' exports, and the words they use for channels and languages."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

# Our field, then every name seen for it: Zendesk, Freshdesk, Intercom, Gorgias, Help Scout, RT, Jira, Zammad, osTicket,
# Salesforce, HubSpot and hand-made sheets in several languages. Compared without case, spaces and signs.
_NAMES = {
    "subject": (
        "subject|title|summary|topic|ticket subject|case subject|raw subject|headline|"
        "short description|betreff|titel|thema|sujet|objet|titre|asunto|título|titulo|assunto|"
        "oggetto|onderwerp|temat|тема|заголовок|konu|başlık|主题|標題|标题|題名|主旨|件名|"
        "タイトル|問合せ件名|お問い合わせ件名|제목|문의 제목|หัวข้อ|เรื่อง|tiêu đề|chủ đề|judul|"
        "subjek|الموضوع|العنوان|נושא|विषय"
    ),
    "text": (
        "description|body|message|content|text|question|details|comment|first comment|"
        "first message|message body|plain body|body text|body plain|stripped text|"
        "ticket description|case description|issue|problem|inquiry|enquiry|request|note|"
        "customer message|conversation|transcript|beschreibung|nachricht|inhalt|anfrage|anliegen|"
        "frage|mitteilung|message du client|contenu|demande|texte|descripción|descripcion|mensaje|"
        "contenido|consulta|descrição|descricao|mensagem|conteúdo|conteudo|descrizione|messaggio|"
        "testo|contenuto|omschrijving|bericht|inhoud|opis|treść|wiadomość|описание|сообщение|"
        "текст|содержание|обращение|açıklama|mesaj|içerik|内容|描述|问题描述|正文|消息|留言|"
        "咨询内容|反馈内容|問題描述|訊息|內容|本文|メッセージ|お問い合わせ内容|問い合わせ内容|"
        "問合せ内容|詳細|내용|문의 내용|본문|메시지|รายละเอียด|ข้อความ|nội dung|mô tả|isi|pesan|"
        "deskripsi|kandungan|mesej|الرسالة|النص|المحتوى|الوصف|הודעה|תוכן|תיאור|संदेश|विवरण"
    ),
    "name": (
        "name|requester|customer|from|full name|requester name|customer name|from name|sender|"
        "sender name|contact name|contact|client|client name|user|user name|author|author name|"
        "reporter|creator|creator name|customer full name|requestor|requestors|kunde|kundenname|"
        "absender|ansprechpartner|von|nom|client nom|nom du client|expéditeur|nombre|cliente|"
        "nombre del cliente|remitente|nome|nome do cliente|remetente|nome cliente|mittente|klant|"
        "naam|klantnaam|afzender|klient|imię i nazwisko|nazwa|nadawca|имя|клиент|фио|отправитель|"
        "müşteri|ad soyad|isim|gönderen|客户|客户姓名|姓名|用户|用户名|买家|联系人|顾客|客戶|"
        "客戶姓名|聯絡人|買家|お客様名|氏名|名前|お名前|顧客名|差出人|고객|고객명|이름|성명|"
        "보낸사람|ชื่อ|ชื่อลูกค้า|ลูกค้า|tên|khách hàng|tên khách hàng|họ tên|nama|pelanggan|"
        "nama pelanggan|الاسم|العميل|اسم العميل|שם|לקוח|शिकायतकर्ता|नाम|ग्राहक"
    ),
    "first": "first name|firstname|given name|vorname|prénom|prenom|nombre de pila|imię|имя клиента|名",
    "last": (
        "last name|lastname|surname|family name|nachname|nom de famille|apellido|apellidos|"
        "sobrenome|cognome|achternaam|nazwisko|фамилия|soyad|soyadı|姓"
    ),
    "email": (
        "email|e mail|mail|email address|e mail address|requester email|customer email|from email|"
        "from address|sender email|sender address|contact email|client email|user email|"
        "author email|reporter email|reply to|e mail adresse|mailadresse|e mail kunde|"
        "adresse e mail|adresse email|courriel|adresse mail|correo|correo electrónico|"
        "correo electronico|correo del cliente|indirizzo email|posta elettronica|emailadres|"
        "e mailadres|adres e mail|эл почта|почта|электронная почта|адрес электронной почты|"
        "e posta|eposta|邮箱|电子邮件|电子邮箱|邮件地址|客户邮箱|電子郵件|信箱|電郵|メール|"
        "メールアドレス|eメール|이메일|메일|이메일 주소|อีเมล|thư điện tử|surel|emel|"
        "البريد الإلكتروني|البريد|דואל|אימייל|ईमेल"
    ),
    "phone": (
        "phone|telephone|phone number|mobile|mobile phone|cell|customer phone|requester phone|tel|"
        "contact number|from number|caller|caller id|telefon|telefonnummer|handy|mobil|rufnummer|"
        "téléphone|telephone portable|numéro de téléphone|portable|teléfono|telefono|móvil|"
        "celular|telefone|telemóvel|cellulare|telefoonnummer|telefoon|numer telefonu|телефон|"
        "номер телефона|cep telefonu|电话|手机|手机号|联系电话|电话号码|手机号码|電話|手機|"
        "聯絡電話|電話番号|携帯電話|전화|전화번호|휴대폰|연락처|โทรศัพท์|เบอร์โทร|เบอร์โทรศัพท์|"
        "điện thoại|số điện thoại|sđt|telepon|no hp|nomor telepon|no telefon|الهاتف|رقم الهاتف|"
        "الجوال|טלפון|फोन|मोबाइल"
    ),
    "handle": (
        "handle|username|screen name|twitter|twitter handle|instagram|facebook|facebook id|"
        "line id|wechat id|微信|微信号|whatsapp|telegram|kakao id|zalo|social handle|nickname|"
        "昵称|ニックネーム|닉네임"
    ),
    "at": (
        "created|created at|date|created time|creation date|created date|date created|created on|"
        "created date time|timestamp|time|datetime|date time|received|received at|received date|"
        "sent|sent at|opened|opened at|open date|submitted|submitted at|ticket created|"
        "initially created at|erstellt|erstellt am|datum|eingang|eingegangen am|zeitpunkt|"
        "date de création|créé le|date création|reçu le|fecha|fecha de creación|creado|"
        "fecha creación|fecha y hora|data|data de criação|criado em|data di creazione|creato il|"
        "aangemaakt|aangemaakt op|data utworzenia|utworzono|дата|дата создания|создано|"
        "дата и время|tarih|oluşturulma tarihi|oluşturma|创建时间|创建日期|日期|时间|提交时间|"
        "反馈时间|建立時間|建立日期|時間|作成日|作成日時|受付日時|受信日時|日付|日時|登録日時|"
        "등록일|작성일|생성일|접수일시|날짜|일시|วันที่|วันที่สร้าง|ngày|ngày tạo|thời gian|"
        "tanggal|tanggal dibuat|tarikh|التاريخ|تاريخ الإنشاء|תאריך|תאריך יצירה|दिनांक|तारीख"
    ),
    "channel": (
        "channel|via|source|via channel|origin|case origin|medium|ticket source|contact channel|"
        "type of contact|kanal|quelle|herkunft|eingangskanal|canal|origine|source du ticket|"
        "canal de contacto|origen|canale|kanaal|bron|kanał|канал|источник|kanal türü|kaynak|渠道|"
        "来源|来源渠道|联系渠道|管道|來源|チャネル|受付方法|問い合わせ方法|経路|채널|접수 채널|"
        "문의 경로|ช่องทาง|kênh|nguồn|saluran|sumber|القناة|المصدر|ערוץ|माध्यम"
    ),
    "language": (
        "language|locale|lang|requester language|customer language|detected language|sprache|"
        "langue|idioma|lingua|taal|język|язык|dil|语言|語言|言語|언어|ภาษา|ngôn ngữ|bahasa|اللغة|"
        "שפה|भाषा"
    ),
    "country": (
        "country|market|country code|region|customer country|nation|land|pays|país|pais|paese|"
        "kraj|страна|ülke|国家|市场|国家地区|国家/地区|國家|市場|國家地區|国|국가|시장|ประเทศ|"
        "quốc gia|negara|البلد|الدولة|מדינה|देश"
    ),
    "id": (
        "id|ticket id|ticket|ticket number|case number|case id|number|conversation id|key|"
        "issue key|ticket no|request id|ticketnummer|ticket nr|vorgangsnummer|numéro de ticket|"
        "número de ticket|numero ticket|номер|номер заявки|工单号|工单编号|编号|單號|工單編號|"
        "チケット番号|受付番号|問い合わせ番号|티켓 번호|접수번호|번호"
    ),
    "message_id": "message id|messageid|internet message id|rfc message id",
    "references": "references|in reply to|inreplyto",
    "direction": (
        "direction|author type|author role|sender type|role|from agent|type of author|richtung|"
        "方向|発信者種別"
    ),
}
# Columns that say something to the other program only.
_DULL = frozenset(
    [
        "status",
        "priority",
        "tags",
        "tag",
        "group",
        "assignee",
        "agent",
        "owner",
        "queue",
        "updated",
        "updated at",
        "last updated",
        "resolved",
        "solved",
        "closed",
        "closed at",
        "solved at",
        "due",
        "due by",
        "due date",
        "url",
        "link",
        "api url",
        "brand id",
        "organization id",
        "requester id",
        "submitter id",
        "assignee id",
        "group id",
        "external id",
        "satisfaction",
        "satisfaction score",
        "sla",
        "first response time",
        "resolution time",
        "reply count",
        "state",
        "stage",
        "is public",
        "public",
        "has incidents",
        "allow attachments",
        "generated timestamp",
        "priorität",
        "zuständig",
        "bearbeiter",
        "statut",
        "priorité",
        "estado",
        "prioridad",
        "状态",
        "优先级",
        "处理人",
        "負責人",
        "狀態",
        "優先級",
        "ステータス",
        "担当者",
        "優先度",
        "상태",
        "담당자",
        "우선순위",
        "team",
        "score",
        "html",
        "body html",
        "bodyhtml",
        "metadata",
        "links",
        "ticket form id",
        "problem id",
        "followup ids",
        "sharing agreement ids",
        "collaborator ids",
        "follower ids",
    ]
)
_SIGNS = re.compile(r"[\s_\-.:/\\*#?!'\"()（）\[\]：]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PEOPLE = frozenset(
    {"requester", "customer", "from", "user", "author", "sender", "contact", "client", "reporter", "creator"}
    | {"source", "primary customer", "created by", "submitter", "kunde", "客户", "顧客"}
)

_CHANNELS = {
    "phone": (
        "phone|call|voice|hotline|telephone|telefon|téléphone|teléfono|telefone|aircall|talk|"
        "sms call|voicemail|inbound call|anruf|appel|llamada|chiamata|telefonisch|звонок|телефон|"
        "电话|来电|热线|電話|전화|โทรศัพท์|điện thoại|telepon|هاتف|טלפון"
    ),
    "chat": (
        "chat|live chat|livechat|web chat|webchat|messaging|in app|inapp|web messenger|intercom|"
        "native messaging|web widget|chatbot|在线|在线客服|在线聊天|线上客服|聊天|线上|チャット|"
        "채팅|챗|상담톡|แชท|trò chuyện|чат|دردشة|צאט"
    ),
    "email": (
        "email|e mail|mail|web|web form|webform|portal|form|contact form|api|website|help center|"
        "web service|support form|feedback|feedback widget|formular|kontaktformular|formulaire|"
        "formulario|correo|courriel|邮件|电子邮件|表单|网页|网站|工单|郵件|表單|メール|フォーム|"
        "問い合わせフォーム|ウェブ|이메일|메일|웹|홈페이지|อีเมล|почта|письмо|бланк|e posta|surel|"
        "emel|بريد"
    ),
    "social": (
        "twitter|x|x twitter|facebook|facebook post|facebook page|instagram|instagram comment|"
        "weibo|tiktok|youtube|reddit|linkedin|social|social media|review|reviews|app store|"
        "google play|trustpilot|小红书|微博|抖音|xiaohongshu|社交|社群|ソーシャル|소셜|"
        "mạng xã hội|соцсети"
    ),
    "messenger": (
        "whatsapp|line|kakao|kakaotalk|kakao talk|카카오톡|카톡|zalo|wechat|微信|企业微信|公众号|"
        "telegram|messenger|facebook messenger|instagram direct|instagram direct message|viber|"
        "signal|sms|text|text message|imessage|apple business chat|rcs|ライン|라인|"
        "twitter direct message|twitter dm|facebook message|短信|簡訊"
    ),
}
_LANGUAGES = {
    "en": "english|englisch|anglais|inglés|inglês|inglese|英语|英語|영어",
    "de": "german|deutsch|allemand|alemán|德语|ドイツ語|독일어",
    "fr": "french|français|francais|französisch|法语|フランス語",
    "es": "spanish|español|spanisch|espagnol|西班牙语|スペイン語",
    "pt": "portuguese|português|portugiesisch|葡萄牙语",
    "it": "italian|italiano|italienisch|意大利语",
    "nl": "dutch|nederlands|niederländisch",
    "pl": "polish|polski|polnisch",
    "ru": "russian|русский|russisch|俄语",
    "uk": "ukrainian|українська",
    "ar": "arabic|العربية|arabisch|阿拉伯语",
    "he": "hebrew|עברית",
    "tr": "turkish|türkçe",
    "th": "thai|ไทย|泰语",
    "vi": "vietnamese|tiếng việt|越南语",
    "id": "indonesian|bahasa indonesia|印尼语",
    "ms": "malay|bahasa melayu|马来语",
    "hi": "hindi|हिन्दी|हिंदी",
    "bn": "bengali|বাংলা",
    "ja": "japanese|日本語|日语|日文|일본어",
    "ko": "korean|한국어|韩语|韓国語",
    "sv": "swedish|svenska",
    "da": "danish|dansk",
    "nb": "norwegian|norsk|no|nn",
    "fi": "finnish|suomi",
    "cs": "czech|čeština",
    "el": "greek|ελληνικά",
    "ro": "romanian|română",
    "hu": "hungarian|magyar",
    "zh-Hans": (
        "chinese|simplified chinese|中文|简体中文|简体|汉语|中国語|chinesisch|zh|zh cn|zh hans|zh sg|중국어"
    ),
    "zh-Hant": "traditional chinese|繁體中文|繁體|正體中文|zh tw|zh hk|zh hant|cantonese|粵語|广东话",
}


def plain(name: str) -> str:
    """A name for comparison: lower case, signs as spaces, `createdAt` as `created at`."""
    return _SIGNS.sub(" ", _CAMEL.sub(" ", name.strip().lstrip("\ufeff"))).strip().lower()


@lru_cache(maxsize=1)
def _fields() -> dict[str, str]:
    found: dict[str, str] = {}
    for field, names in _NAMES.items():
        for name in names.split("|"):
            found.setdefault(plain(name), field)
    return found


@lru_cache(maxsize=4096)
def field_of(name: str) -> str | None:
    """Our field for a column or a dotted path of nested names; None when it is not one of ours."""
    fields = _fields()
    whole = plain(name)
    if whole in fields:
        return fields[whole]
    without_note = plain(re.sub(r"[(（\[].*?[)）\]]", "", name))  # `Created (UTC)`, `Phone [optional]`
    if without_note in fields:
        return fields[without_note]
    parents, _, last = name.rpartition(".")
    if parents and plain(parents.rpartition(".")[2]) in _PEOPLE:
        found = fields.get(plain(last))
        return (
            found
            if found in ("name", "first", "last", "email", "phone", "language", "country", "handle")
            else None
        )
    return None


def is_dull(name: str) -> bool:
    """Whether a column without a field of ours is not worth showing either."""
    whole = plain(name)
    return whole in _DULL or whole.endswith((" id", " ids", " url", " at", " html", " count"))


@lru_cache(maxsize=1)
def _channels() -> dict[str, str]:
    return {plain(word): channel for channel, words in _CHANNELS.items() for word in words.split("|")}


def channel(value: str) -> str | None:
    """The channel a program names in its own words; None when nobody knows it."""
    known = _channels()
    whole = plain(value)
    if whole in known:
        return known[whole]
    pieces = whole.split()
    # `Facebook Messenger - EU`: the most telling of its words, messengers before networks before the rest.
    found = {known[piece] for piece in (*pieces, *map(" ".join, pairwise(pieces))) if piece in known}
    return next((name for name in ("messenger", "social", "phone", "chat", "email") if name in found), None)


@lru_cache(maxsize=256)
def language(value: str) -> str | None:
    """BCP 47 for a language column: a code, a locale or a name."""
    whole = plain(value)
    for code, names in _LANGUAGES.items():
        if whole == code.lower() or whole in names.split("|") or plain(code) == whole:
            return code
    first = whole.split(" ")[0]
    return first if first in _LANGUAGES and len(whole) <= 6 else None

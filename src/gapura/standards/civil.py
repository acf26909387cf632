"""Evidence from the population and family registers. Terms follow the EU Core Person Vocabulary where it has one."""

from gapura.foundation.texts import Text
from gapura.kernel.exchange.types import EvidenceField, EvidenceType, FieldKind, Question


def _t(indonesian: str, english: str, korean: str) -> Text:
    return {"id": indonesian, "en": english, "ko": korean}


def _field(code: str, title: Text, kind: FieldKind = FieldKind.TEXT, *synonyms: str) -> EvidenceField:
    return EvidenceField(code, title, kind, synonyms)


_DATE, _CODE, _NUMBER, _PERSON = FieldKind.DATE, FieldKind.CODE, FieldKind.NUMBER, FieldKind.PERSON_NUMBER

_NUMBER_FIELD = _field(
    "number", _t("NIK", "National ID number (NIK)", "주민등록번호(NIK)"), _PERSON, "nomor ktp", "nik"
)
_NAME = _field("full_name", _t("Nama lengkap", "Full name", "성명"), FieldKind.TEXT, "nama", "name", "이름")
_SEX = _field("sex", _t("Jenis kelamin", "Sex", "성별"), _CODE, "gender", "kelamin")
_BIRTH_PLACE = _field("birth_place", _t("Tempat lahir", "Place of birth", "출생지"))
_BIRTH_ON = _field(
    "birth_on",
    _t("Tanggal lahir", "Date of birth", "생년월일"),
    _DATE,
    "birth date",
    "birthday",
    "age",
    "umur",
    "usia",
)
_RELIGION = _field("religion", _t("Agama", "Religion", "종교"), _CODE)
_MARITAL = _field("marital_status", _t("Status perkawinan", "Marital status", "혼인 상태"), _CODE, "status kawin")
_OCCUPATION = _field("occupation", _t("Pekerjaan", "Occupation", "직업"), _CODE, "job", "profesi")
_EDUCATION = _field("education", _t("Pendidikan", "Education", "학력"), _CODE)
_CITIZENSHIP = _field("citizenship", _t("Kewarganegaraan", "Citizenship", "국적"), _CODE, "nationality")
_FATHER = _field("father_name", _t("Nama ayah", "Father's name", "부 성명"), FieldKind.TEXT, "ayah")
_MOTHER = _field("mother_name", _t("Nama ibu", "Mother's name", "모 성명"), FieldKind.TEXT, "ibu")
_CERTIFICATE = _field("certificate_number", _t("Nomor akta", "Register number", "등록번호"))
_REGISTERED_ON = _field("registered_on", _t("Tanggal pencatatan", "Registered on", "등록일"), _DATE)
_OFFICE = _field("registering_office", _t("Dicatat di", "Registered at", "등록 관청"))

_PLACE_FIELDS = (
    _field("street", _t("Alamat", "Address", "주소"), FieldKind.TEXT, "address", "jalan"),
    _field("neighbourhood", _t("RT/RW", "Neighborhood (RT/RW)", "통/반(RT/RW)")),
    _field("village", _t("Desa/kelurahan", "Village", "동/리")),
    _field("district", _t("Kecamatan", "District", "구/면")),
    _field("regency", _t("Kabupaten/kota", "Regency or city", "시/군")),
    _field("province", _t("Provinsi", "Province", "도"), FieldKind.TEXT, "province"),
    _field("village_code", _t("Kode desa/kelurahan", "Village code", "동/리 코드"), _CODE),
    _field("postal_code", _t("Kode pos", "Postal code", "우편번호")),
)

PERSON = EvidenceType(
    code="civil.person",
    title=_t("Biodata penduduk", "Personal data", "인적사항"),
    fields=(
        _NUMBER_FIELD,
        _NAME,
        _SEX,
        _BIRTH_PLACE,
        _BIRTH_ON,
        _field("blood_type", _t("Golongan darah", "Blood type", "혈액형"), _CODE),
        _RELIGION,
        _MARITAL,
        _OCCUPATION,
        _EDUCATION,
        _CITIZENSHIP,
        _FATHER,
        _MOTHER,
        _field("father_number", _t("NIK ayah", "Father's NIK", "부의 NIK"), _PERSON),
        _field("mother_number", _t("NIK ibu", "Mother's NIK", "모의 NIK"), _PERSON),
        _field(
            "family_number",
            _t("Nomor KK", "Family card number (KK)", "가족카드 번호(KK)"),
            FieldKind.TEXT,
            "no kk",
        ),
    ),
    questions=(
        Question("is-alive", _t("Masih hidup?", "Is alive?", "생존 여부")),
        Question("is-over-age", _t("Melewati usia tertentu?", "Is over an age?", "특정 나이를 넘었는가?"), ("age",)),
        Question("is-citizen", _t("Warga negara?", "Is a citizen?", "국민인가?")),
        Question("has-never-married", _t("Belum pernah kawin?", "Has never married?", "혼인 이력 없음")),
    ),
)

RESIDENCE = EvidenceType(
    code="civil.residence",
    title=_t("Domisili", "Residence", "거주지"),
    fields=(*_PLACE_FIELDS, _field("lived_from", _t("Sejak", "Since", "전입일"), _DATE)),
    questions=(
        Question(
            "lives-in-region",
            _t("Tinggal di wilayah?", "Lives in a region?", "해당 지역에 거주하는가?"),
            ("region_code",),
        ),
        Question(
            "lives-with",
            _t("Tinggal serumah dengan orang ini?", "Lives at this person's address?", "이 사람과 같은 주소에 사는가?"),
            ("person_number",),
        ),
    ),
)

RESIDENCE_HISTORY = EvidenceType(
    code="civil.residence-history",
    title=_t("Riwayat domisili", "Address history", "주소 이력"),
    fields=(
        *_PLACE_FIELDS,
        _field("lived_from", _t("Sejak", "From", "전입일"), _DATE),
        _field("lived_until", _t("Sampai", "Until", "전출일"), _DATE),
    ),
    repeats=True,
)

FAMILY = EvidenceType(
    code="civil.family",
    title=_t("Keluarga", "Family", "가족"),
    fields=(
        _field("family_number", _t("Nomor KK", "Family card number (KK)", "가족카드 번호(KK)")),
        _field("head_name", _t("Kepala keluarga", "Head of family", "세대주"), FieldKind.TEXT, "kepala keluarga"),
        _field("issued_on", _t("Sejak tanggal", "Since", "발급일"), _DATE),
        *_PLACE_FIELDS,
    ),
    questions=(
        Question(
            "may-report-death-of",
            _t(
                "Boleh melaporkan kematian orang ini?",
                "May tell of this person's death?",
                "이 사람의 사망을 신고할 수 있는가?",
            ),
            ("dead_number",),
        ),
        Question(
            "is-parent-of-minor",
            _t("Orang tua dari anak ini?", "Is parent of this minor?", "이 미성년자의 부모인가?"),
            ("parent_number", "age_of_majority"),
        ),
        Question(
            "is-guardian-of",
            _t("Wali dari orang ini?", "Is guardian of this person?", "이 사람의 후견인인가?"),
            ("guardian_number",),
        ),
        Question("has-guardian", _t("Berada di bawah perwalian?", "Is under guardianship?", "후견을 받고 있는가?")),
        Question(
            "is-close-relative-of",
            _t(
                "Suami, istri, anak, atau orang tua dari orang ini?",
                "Is spouse, child or parent of this person, alive or dead?",
                "이 사람(사망자 포함)의 배우자·자녀·부모인가?",
            ),
            ("relative_number",),
        ),
        Question(
            "is-heir-of",
            _t("Ahli waris menurut hukum?", "Inherits from this person by law?", "법정 상속인인가?"),
            ("heir_number",),
        ),
    ),
)

FAMILY_MEMBER = EvidenceType(
    code="civil.family-member",
    title=_t("Anggota keluarga", "Family members", "가족 구성원"),
    fields=(
        _NUMBER_FIELD,
        _NAME,
        _SEX,
        _BIRTH_PLACE,
        _BIRTH_ON,
        _RELIGION,
        _EDUCATION,
        _OCCUPATION,
        _MARITAL,
        _field("relation_to_head", _t("Hubungan keluarga", "Relation to head", "세대주와의 관계"), _CODE),
        _CITIZENSHIP,
        _FATHER,
        _MOTHER,
    ),
    repeats=True,
)

RELATION = EvidenceType(
    code="civil.relation",
    title=_t("Hubungan keluarga", "Family relations", "가족관계"),
    fields=(
        _field("kinship", _t("Hubungan", "Kinship", "관계"), _CODE),
        _NUMBER_FIELD,
        _NAME,
        _SEX,
        _BIRTH_ON,
        _field("has_died", _t("Telah meninggal", "Has died", "사망 여부"), FieldKind.BOOLEAN),
    ),
    repeats=True,
)

BIRTH = EvidenceType(
    code="civil.birth",
    title=_t("Kelahiran", "Birth", "출생"),
    fields=(
        _CERTIFICATE,
        _NUMBER_FIELD,
        _NAME,
        _SEX,
        _BIRTH_PLACE,
        _BIRTH_ON,
        _field("birth_order", _t("Anak ke", "Birth order", "출생 순위"), _NUMBER),
        _FATHER,
        _MOTHER,
        _REGISTERED_ON,
        _OFFICE,
    ),
)

_SPOUSES = (
    _field("husband_name", _t("Nama suami", "Husband's name", "남편 성명"), FieldKind.TEXT, "suami"),
    _field("husband_number", _t("NIK suami", "Husband's NIK", "남편 NIK"), _PERSON),
    _field("wife_name", _t("Nama istri", "Wife's name", "아내 성명"), FieldKind.TEXT, "istri"),
    _field("wife_number", _t("NIK istri", "Wife's NIK", "아내 NIK"), _PERSON),
    _field("married_on", _t("Tanggal perkawinan", "Married on", "혼인일"), _DATE, "tanggal nikah"),
)

MARRIAGE = EvidenceType(
    code="civil.marriage",
    title=_t("Perkawinan", "Marriage", "혼인"),
    fields=(
        _CERTIFICATE,
        *_SPOUSES,
        _field("married_at", _t("Tempat perkawinan", "Place of marriage", "혼인 장소")),
        _RELIGION,
        _REGISTERED_ON,
        _OFFICE,
        _field("ended_on", _t("Berakhir pada", "Ended on", "종료일"), _DATE),
        _field("end_reason", _t("Sebab berakhir", "Reason of ending", "종료 사유"), _CODE),
    ),
    repeats=True,
)

SPOUSE = EvidenceType(
    code="civil.spouse",
    title=_t("Suami atau istri", "Husband or wife", "배우자"),
    fields=(
        _field("spouse_number", _t("NIK suami atau istri", "Spouse's NIK", "배우자 NIK"), _PERSON, "nik pasangan"),
        _field("married_on", _t("Tanggal perkawinan", "Married on", "혼인일"), _DATE, "tanggal nikah"),
    ),
    repeats=True,
    must_be_current=True,
)

DIVORCE = EvidenceType(
    code="civil.divorce",
    title=_t("Perceraian", "Divorce", "이혼"),
    fields=(
        _CERTIFICATE,
        *_SPOUSES,
        _field("court", _t("Pengadilan", "Court", "법원")),
        _field("ruling_number", _t("Nomor putusan", "Ruling number", "판결 번호")),
        _field("divorced_on", _t("Tanggal perceraian", "Divorced on", "이혼일"), _DATE),
        _REGISTERED_ON,
        _OFFICE,
    ),
    repeats=True,
)

DEATH = EvidenceType(
    code="civil.death",
    title=_t("Kematian", "Death", "사망"),
    fields=(
        _CERTIFICATE,
        _NUMBER_FIELD,
        _NAME,
        _SEX,
        _BIRTH_ON,
        _field("died_on", _t("Tanggal kematian", "Date of death", "사망일"), _DATE),
        _field("death_place", _t("Tempat kematian", "Place of death", "사망 장소")),
        _REGISTERED_ON,
        _OFFICE,
    ),
    questions=(
        Question(
            "died-within",
            _t("Meninggal dalam jangka waktu ini?", "Died within this term?", "이 기간 안에 사망하였는가?"),
            ("days",),
        ),
    ),
)

ADOPTION = EvidenceType(
    code="civil.adoption",
    title=_t("Pengangkatan anak", "Adoption", "입양"),
    fields=(
        _CERTIFICATE,
        _field("adoptive_father_name", _t("Nama ayah angkat", "Adoptive father's name", "양부 성명")),
        _field("adoptive_mother_name", _t("Nama ibu angkat", "Adoptive mother's name", "양모 성명")),
        _field("adopted_on", _t("Tanggal pengangkatan", "Adopted on", "입양일"), _DATE),
        _field("court", _t("Pengadilan", "Court", "법원")),
        _field("ruling_number", _t("Nomor putusan", "Ruling number", "판결 번호")),
        _REGISTERED_ON,
        _OFFICE,
    ),
    repeats=True,
)

LIVING_PARENT = EvidenceType(
    code="civil.living-parent",
    title=_t("Orang tua yang masih hidup", "Living parents", "생존 부모"),
    fields=(_field("parent_number", _t("NIK orang tua", "Parent's NIK", "부모의 NIK"), _PERSON),),
    repeats=True,
)

IDENTITY_CARD = EvidenceType(
    code="civil.identity-card",
    title=_t("KTP-el", "Identity card", "신분증"),
    fields=(
        _field("card_number", _t("Nomor kartu", "Card number", "신분증 번호")),
        _field("card_status", _t("Status kartu", "State of the card", "신분증 상태"), _CODE),
        _field("issued_on", _t("Tanggal terbit kartu", "Card issued on", "신분증 발급일"), _DATE),
        _field("expires_on", _t("Kartu berlaku sampai", "Card expires on", "신분증 유효기간"), _DATE),
    ),
    questions=(
        Question(
            "has-valid-card",
            _t("Memegang KTP-el yang berlaku?", "Holds an identity card in force?", "유효한 신분증이 있는가?"),
        ),
    ),
    repeats=True,
    must_be_current=True,
)

CIVIL_EVIDENCE_TYPES = (
    PERSON,
    RESIDENCE,
    RESIDENCE_HISTORY,
    FAMILY,
    FAMILY_MEMBER,
    RELATION,
    BIRTH,
    MARRIAGE,
    SPOUSE,
    DIVORCE,
    DEATH,
    ADOPTION,
    LIVING_PARENT,
    IDENTITY_CARD,
)

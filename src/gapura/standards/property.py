"""Evidence from the registers of land and buildings. Terms follow ISO 19152 (Land Administration Domain Model)."""

from gapura.foundation.texts import Text
from gapura.kernel.exchange.types import EvidenceField, EvidenceType, FieldKind, Question


def _t(indonesian: str, english: str, korean: str) -> Text:
    return {"id": indonesian, "en": english, "ko": korean}


def _field(code: str, title: Text, kind: FieldKind = FieldKind.TEXT, *synonyms: str) -> EvidenceField:
    return EvidenceField(code, title, kind, synonyms)


_DATE, _CODE, _NUMBER, _YES = FieldKind.DATE, FieldKind.CODE, FieldKind.NUMBER, FieldKind.BOOLEAN

_PARCEL = _field("parcel_number", _t("Nomor bidang tanah", "Parcel number", "필지 번호"), FieldKind.TEXT, "nib tanah")
_LOCATION = _field("location", _t("Letak tanah", "Location of the land", "토지 소재지"))
_VILLAGE = _field("village_code", _t("Kode desa/kelurahan", "Village code", "동/리 코드"), _CODE)
_BOUNDARY = _field("boundary", _t("Batas bidang (GeoJSON)", "Boundary (GeoJSON)", "경계(GeoJSON)"))
_SHARES = (
    _field("share_numerator", _t("Bagian: pembilang", "Share: numerator", "지분 분자"), _NUMBER),
    _field("share_denominator", _t("Bagian: penyebut", "Share: denominator", "지분 분모"), _NUMBER),
)
_RIGHT = (
    _field("right_number", _t("Nomor hak", "Title number", "권리 번호"), FieldKind.TEXT, "nomor sertipikat tanah"),
    _field("right_kind", _t("Jenis hak atas tanah", "Kind of right", "권리 종류"), _CODE),
)
_HELD_FROM = _field("held_from", _t("Dipegang sejak", "Held from", "권리 취득일"), _DATE)
_PARCEL_OF = Question(
    "is-holder-of",
    _t("Memegang hak atas bidang ini?", "Holds a right in this parcel?", "이 필지의 권리자인가?"),
    ("parcel_number",),
)

PARCEL = EvidenceType(
    code="property.parcel",
    title=_t("Bidang tanah", "Parcels of land", "필지"),
    fields=(
        _PARCEL,
        _LOCATION,
        _VILLAGE,
        _field("land_area", _t("Luas tanah (m²)", "Area of the land (m²)", "토지 면적(㎡)"), _NUMBER),
        _field("land_class", _t("Penggunaan tanah", "Class of land", "지목"), _CODE, "지목"),
        _field("map_sheet", _t("Nomor lembar peta", "Map sheet", "도면 번호")),
        _BOUNDARY,
        *_RIGHT,
        *_SHARES,
        _HELD_FROM,
    ),
    questions=(
        Question("owns-land", _t("Memegang hak atas tanah?", "Holds a right in land?", "토지 권리자인가?")),
        _PARCEL_OF,
    ),
    repeats=True,
)

_HOLDERS = (
    _PARCEL,
    *_RIGHT,
    _field("holder_name", _t("Nama pemegang hak", "Holder's name", "권리자 성명"), FieldKind.TEXT, "pemilik tanah"),
    *_SHARES,
    _field("acquisition", _t("Perolehan hak", "How it was acquired", "취득 원인"), _CODE),
    _HELD_FROM,
)

RIGHT = EvidenceType(
    code="property.right",
    title=_t("Pemegang hak atas tanah", "Holders of rights in land", "토지 권리자"),
    fields=(
        *_HOLDERS,
        _field("holder_number", _t("NIK pemegang hak", "Holder's NIK", "권리자 NIK"), FieldKind.PERSON_NUMBER),
        _field("expires_on", _t("Hak berakhir pada", "Right ends on", "권리 만료일"), _DATE),
    ),
    repeats=True,
)

RIGHT_HISTORY = EvidenceType(
    code="property.right-history",
    title=_t("Riwayat pemegang hak", "Earlier and present holders", "권리 변동 이력"),
    fields=(*_HOLDERS, _field("held_until", _t("Dipegang sampai", "Held until", "권리 상실일"), _DATE)),
    repeats=True,
)

MORTGAGE = EvidenceType(
    code="property.mortgage",
    title=_t("Hak tanggungan", "Mortgages", "저당권"),
    fields=(
        _PARCEL,
        _field("mortgage_number", _t("Nomor hak tanggungan", "Mortgage number", "저당권 번호")),
        _field("rank", _t("Peringkat", "Rank", "순위"), _NUMBER),
        _field("creditor", _t("Kreditur", "Creditor", "채권자")),
        _field("secured_amount", _t("Nilai tanggungan (Rp)", "Amount secured", "채권액"), _NUMBER),
        _field("mortgaged_on", _t("Tanggal pembebanan", "Registered on", "설정일"), _DATE),
    ),
    questions=(
        Question(
            "is-mortgaged",
            _t("Dibebani hak tanggungan?", "Is this parcel mortgaged?", "이 필지에 저당권이 있는가?"),
            ("parcel_number",),
        ),
    ),
    repeats=True,
    must_be_current=True,
)

NEIGHBOR = EvidenceType(
    code="property.neighbor",
    title=_t("Bidang di sekitar", "Parcels around", "인접 필지"),
    fields=(
        _PARCEL,
        _field("neighbor_number", _t("Nomor bidang sekitar", "Number of the parcel around", "인접 필지 번호")),
        _BOUNDARY,
    ),
    repeats=True,
)

LAND_USE = EvidenceType(
    code="property.land-use",
    title=_t("Rencana tata ruang", "Land-use plan", "토지이용계획"),
    fields=(
        _PARCEL,
        _field("zone", _t("Zona", "Zone", "용도지역"), _CODE),
        _field("permitted_use", _t("Kegiatan yang ada", "Present use", "현 이용의 허용 여부"), _CODE),
        _field("building_coverage", _t("KDB (%)", "Building coverage (%)", "건폐율(%)"), _NUMBER),
        _field("floor_area_ratio", _t("KLB (%)", "Floor area ratio (%)", "용적률(%)"), _NUMBER),
        _field("green_share", _t("KDH (%)", "Green share (%)", "녹지율(%)"), _NUMBER),
        _field("plan", _t("Peraturan rencana", "Plan", "계획 규정")),
        _field("plan_from", _t("Rencana berlaku sejak", "Plan in force from", "계획 시행일"), _DATE),
    ),
    repeats=True,
)


def _prices(code: str, title: Text, number: EvidenceField) -> EvidenceType:
    return EvidenceType(
        code=code,
        title=title,
        fields=(
            number,
            _field("price_class", _t("Kelas NJOP", "Price class", "공시가격 등급")),
            _field("price_per_square_meter", _t("NJOP per m²", "Official price per m²", "㎡당 공시가격"), _NUMBER),
            _field("price_from", _t("NJOP berlaku sejak", "Price in force from", "가격 적용 시작일"), _DATE),
            _field("price_until", _t("NJOP berlaku sampai", "Price in force until", "가격 적용 종료일"), _DATE),
        ),
        repeats=True,
    )


_BUILDING = _field(
    "building_number", _t("Nomor bangunan", "Building number", "건축물 번호"), FieldKind.TEXT, "nomor slf"
)

LAND_PRICE = _prices("property.land-price", _t("NJOP bumi", "Official land price", "공시지가"), _PARCEL)
LAND_PRICE_HISTORY = _prices(
    "property.land-price-history",
    _t("Riwayat NJOP bumi", "Official land prices over the years", "공시지가 이력"),
    _PARCEL,
)
BUILDING_PRICE = _prices(
    "property.building-price", _t("NJOP bangunan", "Official building price", "공시 주택가격"), _BUILDING
)
BUILDING_PRICE_HISTORY = _prices(
    "property.building-price-history",
    _t("Riwayat NJOP bangunan", "Official building prices over the years", "공시 주택가격 이력"),
    _BUILDING,
)

BUILDING = EvidenceType(
    code="property.building",
    title=_t("Bangunan gedung", "Buildings", "건축물"),
    fields=(
        _BUILDING,
        _PARCEL,
        _field("building_address", _t("Alamat bangunan", "Address of the building", "건축물 소재지")),
        _field("building_use", _t("Fungsi bangunan", "Use of the building", "건축물 용도"), _CODE),
        _field("structure", _t("Struktur bangunan", "Structure", "건축물 구조"), _CODE),
        _field("floors", _t("Jumlah lantai", "Floors", "층수"), _NUMBER),
        _field("floor_area", _t("Luas lantai (m²)", "Floor area (m²)", "연면적(㎡)"), _NUMBER),
        _field("completed_year", _t("Tahun selesai dibangun", "Year completed", "준공 연도"), _NUMBER),
        _field("permit_number", _t("Nomor PBG", "Building permit number", "건축 허가 번호"), FieldKind.TEXT, "imb"),
        _field("worthiness_number", _t("Nomor SLF", "Certificate of worthiness", "사용 승인 번호")),
    ),
    questions=(Question("owns-home", _t("Memiliki rumah?", "Owns a home?", "주택 소유자인가?")),),
    repeats=True,
)

UNIT = EvidenceType(
    code="property.unit",
    title=_t("Satuan rumah susun", "Units of buildings", "구분건물"),
    fields=(
        _BUILDING,
        _field("unit_number", _t("Nomor satuan", "Unit number", "전유부분 번호")),
        _field("unit_name", _t("Unit", "Unit", "호수")),
        _field("unit_floor", _t("Lantai ke", "On floor", "층"), _NUMBER),
        _field("unit_area", _t("Luas unit (m²)", "Area of the unit (m²)", "전유면적(㎡)"), _NUMBER),
        *_RIGHT,
        *_SHARES,
        _HELD_FROM,
    ),
    repeats=True,
)

FOREST = EvidenceType(
    code="property.forest",
    title=_t("Hutan", "Forest land", "임야"),
    fields=(
        _field("forest_number", _t("Nomor kawasan hutan", "Forest parcel number", "임야 번호")),
        _LOCATION,
        _VILLAGE,
        _field("forest_area", _t("Luas hutan (m²)", "Area of the forest (m²)", "임야 면적(㎡)"), _NUMBER),
        _field("forest_function", _t("Fungsi hutan", "Function of the forest", "산림 기능"), _CODE),
        _field("forest_scheme", _t("Skema penguasaan", "Held as", "점유 형태"), _CODE),
        _field("decree_number", _t("Nomor keputusan", "Decree number", "결정 번호")),
        _field("managed_from", _t("Dikelola sejak", "Managed from", "관리 시작일"), _DATE),
        _field("managed_until", _t("Dikelola sampai", "Managed until", "관리 종료일"), _DATE),
    ),
    repeats=True,
)

_PLOTS = (
    _field("plot_number", _t("Nomor lahan", "Plot number", "농지 번호")),
    _LOCATION,
    _VILLAGE,
    _field("plot_area", _t("Luas lahan (m²)", "Area of the plot (m²)", "농지 면적(㎡)"), _NUMBER),
    _field("crop", _t("Komoditas", "Crop", "재배 작물"), _CODE),
    _field("tenure", _t("Status garapan", "Worked as", "경작 형태"), _CODE),
    _field("is_irrigated", _t("Beririgasi", "Irrigated", "관개 여부"), _YES),
    _field("is_protected", _t("Lahan dilindungi (LP2B)", "Protected farmland", "농지 보호 여부"), _YES),
    _field("worked_from", _t("Digarap sejak", "Worked from", "경작 시작일"), _DATE),
)

FARMLAND = EvidenceType(
    code="property.farmland",
    title=_t("Lahan pertanian", "Farmland", "농지"),
    fields=_PLOTS,
    questions=(Question("works-farmland", _t("Menggarap lahan?", "Works farmland?", "농지를 경작하는가?")),),
    repeats=True,
)

FARMLAND_HISTORY = EvidenceType(
    code="property.farmland-history",
    title=_t("Riwayat lahan pertanian", "Farmland over the years", "농지 경작 이력"),
    fields=(*_PLOTS, _field("worked_until", _t("Digarap sampai", "Worked until", "경작 종료일"), _DATE)),
    repeats=True,
)

PROPERTY_EVIDENCE_TYPES = (
    PARCEL,
    RIGHT,
    RIGHT_HISTORY,
    MORTGAGE,
    NEIGHBOR,
    LAND_USE,
    LAND_PRICE,
    LAND_PRICE_HISTORY,
    BUILDING,
    UNIT,
    BUILDING_PRICE,
    BUILDING_PRICE_HISTORY,
    FOREST,
    FARMLAND,
    FARMLAND_HISTORY,
)

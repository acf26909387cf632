"""Evidence from the registers of vehicles and drivers. Terms follow the EU's registration documents (1999/37/EC)."""

from gapura.foundation.texts import Text
from gapura.kernel.exchange.types import EvidenceField, EvidenceType, FieldKind, Question


def _t(indonesian: str, english: str, korean: str) -> Text:
    return {"id": indonesian, "en": english, "ko": korean}


def _field(code: str, title: Text, kind: FieldKind = FieldKind.TEXT, *synonyms: str) -> EvidenceField:
    return EvidenceField(code, title, kind, synonyms)


_DATE, _CODE, _NUMBER = FieldKind.DATE, FieldKind.CODE, FieldKind.NUMBER
_PLATE = _field(
    "plate_number",
    _t("Nomor polisi", "Plate number", "차량번호"),
    FieldKind.TEXT,
    "nopol",
    "nomor plat",
    "plat nomor",
    "license plate",
    "registration number",
    "번호판",
)
_CHASSIS = _field(
    "chassis_number", _t("Nomor rangka", "Chassis number", "차대번호"), FieldKind.TEXT, "vin", "nomor rangka"
)

VEHICLE = EvidenceType(
    code="transport.vehicle",
    title=_t("Kendaraan bermotor", "Motor vehicles owned", "소유 차량"),
    fields=(
        _PLATE,
        _CHASSIS,
        _field("engine_number", _t("Nomor mesin", "Engine number", "원동기 번호")),
        _field("brand", _t("Merek kendaraan", "Vehicle brand", "제조사")),
        _field("model", _t("Tipe kendaraan", "Vehicle model", "차명")),
        _field("built_year", _t("Tahun pembuatan", "Year built", "연식"), _NUMBER),
        _field("vehicle_class", _t("Jenis kendaraan", "Vehicle class", "차종"), _CODE),
        _field("fuel", _t("Bahan bakar", "Fuel", "연료"), _CODE),
        _field("vehicle_color", _t("Warna kendaraan", "Vehicle color", "차량 색상")),
        _field("ownership_book", _t("Nomor BPKB", "Ownership book number (BPKB)", "소유증서 번호(BPKB)")),
        _field("owned_since", _t("Dimiliki sejak", "Owned since", "소유일"), _DATE),
        _field("acquired_by", _t("Cara perolehan", "How acquired", "취득 방법"), _CODE),
    ),
    questions=(
        Question(
            "owns-vehicle",
            _t("Pemilik kendaraan ini?", "Owns this vehicle?", "이 차량의 소유자인가?"),
            ("plate_number",),
        ),
    ),
    repeats=True,
)

VEHICLE_LIEN = EvidenceType(
    code="transport.vehicle-lien",
    title=_t("Jaminan fidusia atas kendaraan", "Liens on vehicles owned", "소유 차량의 저당"),
    fields=(
        _PLATE,
        _field("lien_number", _t("Nomor sertifikat jaminan", "Lien certificate number", "저당 등록번호")),
        _field("creditor", _t("Penerima jaminan", "Creditor", "저당권자")),
        _field("secured_amount", _t("Nilai penjaminan", "Amount secured", "채권액"), _NUMBER),
        _field("secured_from", _t("Dijaminkan sejak", "Secured from", "설정일"), _DATE),
        _field("released_on", _t("Dihapus pada", "Released on", "말소일"), _DATE),
    ),
    questions=(
        Question(
            "is-free-of-liens",
            _t("Kendaraan ini bebas jaminan?", "Is this vehicle free of liens?", "이 차량에 저당이 없는가?"),
            ("plate_number",),
        ),
    ),
    repeats=True,
    must_be_current=True,
)

DRIVING_LICENCE = EvidenceType(
    code="transport.driving-licence",
    title=_t("Surat izin mengemudi", "Driving licences", "운전면허"),
    fields=(
        _field("licence_class", _t("Golongan SIM", "Licence class", "면허 종류"), _CODE),
        _field(
            "licence_number",
            _t("Nomor SIM", "Licence number", "면허번호"),
            FieldKind.TEXT,
            "nomor surat izin mengemudi",
            "driving licence number",
        ),
        _field("licensed_on", _t("Diterbitkan", "Licensed on", "발급일"), _DATE),
        _field("expires_on", _t("Berakhir pada", "Expires on", "만료일"), _DATE),
    ),
    questions=(
        Question(
            "may-drive",
            _t("Boleh mengemudikan golongan ini?", "May drive this class?", "이 종류를 운전할 수 있는가?"),
            ("licence_class",),
        ),
    ),
    repeats=True,
    must_be_current=True,
)

TRAFFIC_OFFENCE = EvidenceType(
    code="transport.traffic-offence",
    title=_t("Pelanggaran lalu lintas", "Traffic offences", "교통법규 위반"),
    fields=(
        _field("ticket_number", _t("Nomor tilang", "Ticket number", "단속번호")),
        _field("offended_on", _t("Tanggal pelanggaran", "Offended on", "위반일"), _DATE),
        _field("offence", _t("Pelanggaran", "Offence", "위반 내용"), _CODE),
        _field("penalty_points", _t("Poin pelanggaran", "Penalty points", "벌점"), _NUMBER),
        _field("fine_amount", _t("Denda tilang", "Traffic fine", "범칙금"), _NUMBER),
        _field("paid_on", _t("Dibayar pada", "Paid on", "납부일"), _DATE),
    ),
    repeats=True,
)

TRANSPORT_EVIDENCE_TYPES = (VEHICLE, VEHICLE_LIEN, DRIVING_LICENCE, TRAFFIC_OFFENCE)

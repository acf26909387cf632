"""METS 1.12 with PREMIS 3 inside: what a document's folder holds, what happened to it, who did it (profile: ADR 43)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

from gapura.sectors.office.archive.parts import PackedDocument, PackedEvent, PackedFolder
from gapura.sectors.office.types import BadPackage

METS, PREMIS = "http://www.loc.gov/METS/", "http://www.loc.gov/premis/v3"
DC, XLINK = "http://purl.org/dc/elements/1.1/", "http://www.w3.org/1999/xlink"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
PROFILE = "gapura-records-1"
_PREFIXES = {"mets": METS, "premis": PREMIS, "dc": DC, "xlink": XLINK, "xsi": XSI}
_DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
SOFTWARE = "Gapura"


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as it lies in the bag: its path below the document's folder, size, SHA-512, kind and name."""

    path: str
    size: int
    digest: str
    media_type: str
    name: str


def describe_document(document: PackedDocument, stored: Sequence[Stored], day: date) -> bytes:
    """The METS file of one document, naming every other file of its folder."""
    root = _root(document.code, document.title, "Record", day)
    _descriptive(root, document)
    for number, file in enumerate(stored, 1):
        _about_file(root, number, document.code, file)
    _history(root, document)
    group = _add(_add(root, "mets:fileSec"), "mets:fileGrp", USE="original")
    listed = _add(_add(root, "mets:structMap", TYPE="physical"), "mets:div", TYPE="Directory", LABEL=document.code)
    listed.set("DMDID", "dmd-1")
    listed.set("ADMID", "history")
    for number, file in enumerate(stored, 1):
        entry = _add(group, "mets:file", ID=f"file-{number}", ADMID=f"amd-{number}", SIZE=str(file.size))
        entry.set("MIMETYPE", file.media_type.partition(";")[0])
        entry.set("CHECKSUM", file.digest)
        entry.set("CHECKSUMTYPE", "SHA-512")
        _add(entry, "mets:FLocat", {_name("xlink:href"): file.path}, LOCTYPE="OTHER", OTHERLOCTYPE="SYSTEM")
        item = _add(listed, "mets:div", TYPE="Item", LABEL=file.name or file.path)
        _add(item, "mets:fptr", FILEID=f"file-{number}")
    return _bytes(root)


def describe_folder(folder: PackedFolder, documents: Iterable[tuple[str, str]]) -> Iterator[bytes]:
    """The folder's METS in pieces: its title and a pointer to each document's (title, path of its METS)."""
    yield (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        f"<mets:mets xmlns:mets={quoteattr(METS)} xmlns:xlink={quoteattr(XLINK)}"
        f' OBJID={quoteattr(folder.code)} LABEL={quoteattr(folder.title)} TYPE="Folder" PROFILE="{PROFILE}">\n'
        f'<mets:metsHdr CREATEDATE="{folder.day}T00:00:00"><mets:agent ROLE="ARCHIVIST" TYPE="ORGANIZATION">'
        f"<mets:name>{_text(folder.house)}</mets:name></mets:agent></mets:metsHdr>\n"
        f'<mets:structMap TYPE="logical"><mets:div TYPE="Folder" LABEL={quoteattr(folder.title)}>\n'
    ).encode()
    for title, path in documents:
        yield (
            f'<mets:div TYPE="Record" LABEL={quoteattr(title)}><mets:mptr LOCTYPE="OTHER" OTHERLOCTYPE="SYSTEM" '
            f"xlink:href={quoteattr(path)}/></mets:div>\n"
        ).encode()
    yield b"</mets:div></mets:structMap></mets:mets>\n"


def read_files(content: bytes) -> dict[str, Stored]:
    """What a document's METS says lies beside it, by path. Raises BadPackage when METS and PREMIS disagree."""
    root = parse_xml(content)
    fixity = {
        object_.findtext("premis:objectIdentifier/premis:objectIdentifierValue", "", _PREFIXES): (
            object_.findtext("premis:objectCharacteristics/premis:fixity/premis:messageDigest", "", _PREFIXES),
            object_.findtext("premis:objectCharacteristics/premis:size", "", _PREFIXES),
        )
        for object_ in root.iterfind(".//premis:object", _PREFIXES)
    }
    code, found = root.get("OBJID", ""), {}
    for entry in root.iterfind(".//mets:file", _PREFIXES):
        place = entry.find("mets:FLocat", _PREFIXES)
        path = place.get(_name("xlink:href"), "") if place is not None else ""
        size, digest = entry.get("SIZE", ""), entry.get("CHECKSUM", "")
        if fixity.get(f"{code}/{path}") != (digest, size) or not size.isdigit():
            raise BadPackage(f"{path}: METS and PREMIS say different things about it.")
        found[path] = Stored(path, int(size), digest, entry.get("MIMETYPE", ""), "")
    return found


def parse_xml(content: bytes) -> ET.Element:
    """An XML file of a packet; one with declarations of its own is refused unread. Raises BadPackage."""
    if _DECLARATION.search(content):
        raise BadPackage("It declares a document type, which no file of a packet does.")
    try:
        return ET.fromstring(content)  # noqa: S314  no declarations, so nothing expands
    except ET.ParseError as error:
        raise BadPackage(f"It is no XML: {error}.") from error


def _root(identifier: str, label: str, kind: str, day: date) -> ET.Element:
    root = ET.Element(_name("mets:mets"), OBJID=identifier, LABEL=label, TYPE=kind, PROFILE=PROFILE)
    header = _add(root, "mets:metsHdr", CREATEDATE=f"{day}T00:00:00")
    agent = _add(header, "mets:agent", ROLE="CREATOR", TYPE="OTHER", OTHERTYPE="SOFTWARE")
    _add(agent, "mets:name").text = SOFTWARE
    return root


def _descriptive(root: ET.Element, document: PackedDocument) -> None:
    section = _add(root, "mets:dmdSec", ID="dmd-1")
    data = _add(_add(section, "mets:mdWrap", MDTYPE="DC"), "mets:xmlData")
    facts = document.facts
    said = {
        "title": document.title,
        "creator": facts.get("drafter_label", ""),
        "publisher": facts.get("unit_code", ""),
        "date": str(facts.get("registered_at") or ""),
        "identifier": document.number,
        "language": facts.get("language", ""),
        "subject": facts.get("task_code", ""),
        "rights": facts.get("disclosure", ""),
    }
    for name, value in said.items():
        if value:
            _add(data, f"dc:{name}").text = _clean(value)


def _about_file(root: ET.Element, number: int, code: str, file: Stored) -> None:
    section = _add(_add(root, "mets:amdSec", ID=f"amd-{number}"), "mets:techMD", ID=f"tech-{number}")
    data = _add(_add(section, "mets:mdWrap", MDTYPE="PREMIS:OBJECT"), "mets:xmlData")
    described = _add(data, "premis:object", {_name("xsi:type"): "premis:file"}, version="3.0")
    _identifier(described, "object", f"{code}/{file.path}")
    about = _add(described, "premis:objectCharacteristics")
    fixity = _add(about, "premis:fixity")
    _add(fixity, "premis:messageDigestAlgorithm").text = "SHA-512"
    _add(fixity, "premis:messageDigest").text = file.digest
    _add(about, "premis:size").text = str(file.size)
    kind = _add(_add(about, "premis:format"), "premis:formatDesignation")
    _add(kind, "premis:formatName").text = file.media_type
    _add(described, "premis:originalName").text = _clean(file.name or file.path)


def _history(root: ET.Element, document: PackedDocument) -> None:
    section = _add(root, "mets:amdSec", ID="history")
    for number, event in enumerate(document.events, 1):
        wrapped = _add(section, "mets:digiprovMD", ID=f"event-{number}")
        _event(_add(_add(wrapped, "mets:mdWrap", MDTYPE="PREMIS:EVENT"), "mets:xmlData"), number, document.code, event)
    agents = dict.fromkeys([SOFTWARE, *(event.agent for event in document.events)])
    for number, name in enumerate(agents, 1):
        wrapped = _add(section, "mets:digiprovMD", ID=f"agent-{number}")
        agent = _add(_add(_add(wrapped, "mets:mdWrap", MDTYPE="PREMIS:AGENT"), "mets:xmlData"), "premis:agent")
        agent.set("version", "3.0")
        _identifier(agent, "agent", name)
        _add(agent, "premis:agentName").text = _clean(name)
        _add(agent, "premis:agentType").text = "software" if name == SOFTWARE else "person"


def _event(data: ET.Element, number: int, code: str, event: PackedEvent) -> None:
    told = _add(data, "premis:event", version="3.0")
    _identifier(told, "event", f"{code}/event-{number}")
    _add(told, "premis:eventType").text = event.kind
    _add(told, "premis:eventDateTime").text = event.at
    if event.note:
        _add(_add(told, "premis:eventDetailInformation"), "premis:eventDetail").text = _clean(event.note)
    _identifier(told, "linkingAgent", event.agent)
    _identifier(told, "linkingObject", f"{code}/words.md")


def _identifier(parent: ET.Element, what: str, value: str) -> None:
    identifier = _add(parent, f"premis:{what}Identifier")
    _add(identifier, f"premis:{what}IdentifierType").text = "local"
    _add(identifier, f"premis:{what}IdentifierValue").text = _clean(value)


def _add(parent: ET.Element, tag: str, named: dict[str, str] | None = None, **given: str) -> ET.Element:
    return ET.SubElement(parent, _name(tag), (named or {}) | {name: _clean(value) for name, value in given.items()})


def _name(prefixed: str) -> str:
    prefix, _, name = prefixed.partition(":")
    return f"{{{_PREFIXES[prefix]}}}{name}"


def _text(words: str) -> str:
    return quoteattr(_clean(words))[1:-1]


def _clean(words: str) -> str:
    """XML 1.0 has no control characters; words that hold one keep their place."""
    return "".join(one if one in "\t\n\r" or ord(one) >= 0x20 else "\ufffd" for one in words)


def _bytes(root: ET.Element) -> bytes:
    for prefix, address in _PREFIXES.items():
        ET.register_namespace(prefix, address)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"

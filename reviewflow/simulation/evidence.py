"""A file handed in with figures entered by hand: one page of PDF, made from nothing but its lines."""

from __future__ import annotations

from reviewflow.simulation.situation import Situation

_PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
    b" /Resources << /Font << /F1 5 0 R >> >> >>"
)


def evidence(at: Situation) -> tuple[str, bytes]:
    """Name and bytes of a report with the figures of `at.missing`. Latin letters only: keys and ids are."""
    lines = [f"Monthly report, {at.today.isoformat()}", f"Employee {at.person}"]
    lines += [f"{indicator}: {value:f}" for indicator, value in at.missing.items() if value is not None]
    return f"report-{at.person}-{at.today.isoformat()}.pdf", _pdf(lines)


def _pdf(lines: list[str]) -> bytes:
    shown = b" T* ".join(b"(%s) Tj" % _escaped(line) for line in lines)
    content = b"BT /F1 11 Tf 16 TL 60 780 Td %s ET" % shown
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        _PAGE,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body, offsets = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    return body + head + table + tail


def _escaped(line: str) -> bytes:
    text = line.encode("ascii", errors="replace")
    return text.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")

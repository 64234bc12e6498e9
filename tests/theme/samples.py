"""A small school's content for the theme's tests, and the build of it.

Knows the files of an entry as any other program would write them; imports nothing of the plugin.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from PIL import Image

ROOT = Path(__file__).parents[2]
TODAY = "2026-11-24"
PUBLIC_URL = "https://mnphuonghong.example"

SCHOOL = """\
name = "Trường Mầm non <Phượng> & Hồng"
managing_body = "Ủy ban nhân dân phường Nam Định"
address = "Phường Nam Định, tỉnh Ninh Bình"
phone = "0228 3 000 014"
email = "vanphong@mnphuonghong.example"
responsible = "Hiệu trưởng"
school_year_start_month = 8
demo = true

[categories]
tin-nha-truong = "Tin nhà trường"
hoat-dong-cua-be = "Hoạt động của bé"
"""
ROSTER = """\
[groups.mau-giao]
name = "Tổ mẫu giáo"
kind = "team"
field = "chuyen-mon"
"""

HOSTILE = """\
Bé vui <script>alert(1)</script> và <b onclick="alert(2)">khỏe</b>.

<p id="noi-dung" class="menu" style="color:red">Chữ</p>

[bấm](javascript:alert(3)) [thư](mailto:a@b.example) [ngoài](https://example.org/x)

<iframe src="https://example.org"></iframe><img src="x" onerror="alert(4)">

![xa](https://example.org/a.png)
"""
CLAUSES = """\
QUYẾT ĐỊNH

Điều 1. Ban hành kèm theo Quyết định này quy chế.

## Quy chế

### Điều 1. Phạm vi

Nội dung.

### Điều 4. Các ứng dụng

Nội dung.
"""


def entry(content: Path, place: str, fields: dict[str, Any], body: str = "Nội dung.\n") -> Path:
    """Write one entry; `place` is type/year/id."""
    folder = content / place
    folder.mkdir(parents=True)
    head = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=1000)
    (folder / "index.md").write_text(f"---\n{head}---\n\n{body}", encoding="utf-8")
    return folder


def picture(folder: Path, name: str, size: tuple[int, int] = (64, 48)) -> None:
    """Put a picture beside an entry."""
    Image.new("RGB", size, "#d8401f").save(folder / name)


def governance(content: Path) -> None:
    """Name the school and its groups."""
    folder = content / "governance"
    folder.mkdir(parents=True)
    (folder / "school.toml").write_text(SCHOOL, encoding="utf-8")
    (folder / "roster.toml").write_text(ROSTER, encoding="utf-8")


def school(content: Path) -> None:
    """Write a whole small site: every type, every state, and an author who means harm."""
    governance(content)
    _posts(content)
    _notices(content)
    _circulars(content)
    _menus(content)
    _pages(content)


def _posts(content: Path) -> None:
    photos = [
        {"file": f"anh-{n}.jpg", "alt": f"Bé chơi {n}", "caption": "Sân"} for n in range(1, 5)
    ]
    fields = {
        "title": "Ngày hội đến trường – “Ữ Ẵ Ệ Ỡ ặ ỵ ₫”",
        "slug": "ngay-hoi",
        "date": _day("2026-09-05"),
        "summary": "Cả trường vui hội.",
        "category": "tin-nha-truong",
        "group": "mau-giao",
        "author": "Cô giáo lớp 5 tuổi A",
        "photos": photos,
    }
    body = (
        'Vào hội.\n\n![Bé chơi 2](anh-2.jpg "Chú thích")\n\nXem [quyết định](/van-ban/2026/14b/).\n'
    )
    folder = entry(content, "posts/2026/ngay-hoi", fields, body)
    for photo in photos:
        picture(folder, str(photo["file"]))
    hostile = {
        "title": "<script>alert(0)</script> & hết",
        "slug": "xau",
        "date": _day("2026-01-02"),
    }
    summary = {
        "summary": '"><img src=x onerror=alert(5)>',
        "author": "</title><script>a()</script>",
    }
    entry(content, "posts/2026/xau", hostile | summary, HOSTILE)
    for number in range(1, 19):
        fields = {
            "title": f"Tin số {number}",
            "slug": f"tin-{number}",
            "date": _day(f"2025-10-{number:02}"),
            "category": "hoat-dong-cua-be",
        }
        entry(content, f"posts/2025/tin-{number}", fields)


def _notices(content: Path) -> None:
    old = {"title": "Giờ đón trẻ", "slug": "gio-don", "date": _day("2025-08-20")}
    new = {"title": "Giờ đón trẻ mùa hè", "slug": "gio-don-he", "date": _day("2026-03-16")}
    past = {"title": "Nghỉ Tết", "slug": "nghi-tet", "date": _day("2026-02-05")}
    entry(content, "notices/2025/gio-don", old)
    entry(content, "notices/2026/gio-don-he", new | {"supersedes": "gio-don", "audience": "Cha mẹ"})
    entry(content, "notices/2026/nghi-tet", past | {"expires_on": _day("2026-02-28")})


def _circulars(content: Path) -> None:
    entry(
        content,
        "circulars/2024/cu",
        {"subject": "Quy chế cũ", "slug": "09", "code_number": "09", "code_notation": "QĐ-MNPH"}
        | {"issued_date": _day("2024-09-10"), "collection": "school"},
    )
    fields = {
        "subject": "Ban hành quy chế",
        "slug": "14b",
        "code_number": "14B",
        "code_notation": "QĐ-MNPH",
        "issued_date": _day("2026-03-13"),
        "issuer": "Trường",
        "type_name": "Quyết định",
        "priority": "urgent",
        "replaces": ["cu"],
        "collection": "school",
        "attachments": [{"file": "14b.pdf", "title": "Bản ký"}],
    }
    folder = entry(content, "circulars/2026/14b", fields, CLAUSES)
    (folder / "14b.pdf").write_bytes(b"%PDF-1.4 minh hoa")
    later = {"subject": "Luật mới", "slug": "luat", "code_number": "91", "collection": "legal"}
    dates = {"issued_date": _day("2026-06-26"), "effective_from": _day("2027-01-01")}
    entry(content, "circulars/2026/luat", later | dates, "")


def _menus(content: Path) -> None:
    days = [
        {"weekday": n, "lunch": f"Món {n}", "energy_kcal": 600, "allergens": "Cá"} for n in (1, 2)
    ]
    for group in ("mau-giao", "nha-tre"):
        fields = {
            "title": f"Thực đơn {group}",
            "slug": group,
            "date": _day("2026-11-20"),
            "week_start": _day("2026-11-23"),
            "age_group": group,
            "days": days,
        }
        entry(content, f"menus/2026/{group}", fields, "")


def _pages(content: Path) -> None:
    for order, slug in enumerate(("tuyen-sinh", "bieu-mau")):
        fields = {"title": f"Trang {slug}", "slug": slug, "section": "phu-huynh", "order": order}
        entry(content, f"pages/2026/{slug}", fields)


def _day(text: str) -> Any:
    return yaml.safe_load(text)


def build(content: Path, output: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Pelican as the publisher does, from a folder that is not the project's."""
    command = [sys.executable, "-m", "pelican", str(content), "-s", str(ROOT / "publishconf.py")]
    settled = {"TOASOAN_TODAY": TODAY, "TOASOAN_PUBLIC_URL": PUBLIC_URL, "NO_COLOR": "1"}
    return subprocess.run(
        [*command, "-o", str(output), "--fatal", "warnings"],
        capture_output=True,
        text=True,
        cwd=output.parent,
        env=os.environ | settled | {"COLUMNS": "200"} | environment,
        check=False,
    )


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a built site."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}

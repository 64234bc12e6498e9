"""What can be wrong with the material of a site.

Knows no cure: a broken entry stops the build with a message that names its file.
"""


class BrokenEntry(ValueError):
    """Mục nội dung không dựng được trang."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason

"""Everything that the workflow refuses, as classes that carry the reader's sentence.

It knows no HTTP status: the editor maps this tree once.

    WorkflowError
    ├── Refused          a rule forbids the act; all reasons at once
    ├── InvalidFields    what was typed cannot be kept as it is, by field
    ├── MediaRefused     an uploaded file is not what it says or is too large
    ├── StaleVersion     somebody changed the entry since it was read
    ├── NotFound         no such entry, or no open change of it
    ├── BuildFailed      Pelican refused the content
    └── Unverified       the repository breaks a rule of the proof
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Message:
    """A Vietnamese sentence with ``{name}`` places: the catalogue's key and its values."""

    text: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the sentence in Vietnamese, its places filled."""
        return self.text.format_map(self.params)


class WorkflowError(Exception):
    """Không thực hiện được."""

    def messages(self) -> list[Message]:
        """Return every reason as a sentence for the reader."""
        return [Message(self.__class__.__doc__ or "")]


class Refused(WorkflowError):
    """Việc này không được phép."""

    def __init__(self, reasons: list[Message]) -> None:
        """Keep all reasons: a person should not meet them one by one."""
        super().__init__("; ".join(map(str, reasons)))
        self.reasons = reasons

    def messages(self) -> list[Message]:
        """Return the reasons."""
        return self.reasons


class InvalidFields(WorkflowError):
    """Một số ô chưa đúng."""

    def __init__(self, errors: dict[str, list[Message]]) -> None:
        """Keep the sentences by the name of the field that they stand beside."""
        super().__init__("; ".join(f"{name}: {text[0]}" for name, text in errors.items()))
        self.errors = errors

    def messages(self) -> list[Message]:
        """Return the sentences of all fields, in the order of the form."""
        return [message for messages in self.errors.values() for message in messages]


class MediaRefused(WorkflowError):
    """Tệp không dùng được."""

    def __init__(self, message: Message) -> None:
        """Keep the one sentence that says what to do."""
        super().__init__(str(message))
        self.message = message

    def messages(self) -> list[Message]:
        """Return the one sentence."""
        return [self.message]


class UnreadableKey(WorkflowError):
    """Không đọc được khóa khôi phục. Gõ đúng hai dòng trên giấy, mỗi dòng bảy nhóm bốn ký tự."""


class StaleVersion(WorkflowError):
    """Bài đã được người khác sửa sau khi trang này mở. Cả hai bản đều được giữ."""

    def __init__(self, current: str) -> None:
        """Keep the commit that stands now, so that both texts can be shown."""
        super().__init__(current)
        self.current = current


class NotFound(WorkflowError):
    """Không tìm thấy bài này."""


class BuildFailed(WorkflowError):
    """Không dựng được trang công khai. Trang cũ vẫn giữ nguyên."""

    def __init__(self, output: str) -> None:
        """Keep what the builder printed: the administrator reads it."""
        super().__init__(output)
        self.output = output


class BuilderEnded(BuildFailed):
    """Không dựng được trang công khai. Trang cũ vẫn giữ nguyên."""


class OutputChanged(BuildFailed):
    """Không dựng được trang công khai. Trang cũ vẫn giữ nguyên."""


class Unverified(WorkflowError):
    """Kho nội dung không qua được kiểm chứng. Không đăng gì cho đến khi rõ nguyên nhân."""

    def __init__(self, reason: str) -> None:
        """Keep the first broken rule, as the auditor words it."""
        super().__init__(reason)
        self.reason = reason

"""The baseline of `importing`, as a process: every text of an mbox decoded by bare `mailbox` and `email`."""

import mailbox
import sys

box = mailbox.mbox(sys.argv[1])
for message in box:
    for part in message.walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and part.get_content_maintype() == "text":
            content.decode(part.get_content_charset("utf-8"), "replace")

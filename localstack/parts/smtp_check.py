"""A mail through the sink and back out of its maildir: by STARTTLS, with the account."""

import email.message
import mailbox
import os
import smtplib
import ssl
import sys
import uuid

port, maildir, authority, account = int(sys.argv[1]), *sys.argv[2:5]
subject = f"stack-check {uuid.uuid4()}"
mail = email.message.EmailMessage()
mail["From"], mail["To"], mail["Subject"] = "check@revcart.test", "check@revcart.test", subject
mail.set_content("round trip")
with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
    server.starttls(context=ssl.create_default_context(cafile=authority))
    server.login(account, os.environ["SMTP_SINK_PASSWORD"])
    server.send_message(mail)
box = mailbox.Maildir(maildir)
found = [key for key, kept in box.iteritems() if kept["Subject"] == subject]
for key in found:
    box.remove(key)
if len(found) != 1:
    sys.exit(f"sent one mail, found {len(found)}")
print("sent over STARTTLS, found, deleted")

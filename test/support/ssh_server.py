"""An SSH server with SFTP over one folder: `ssh_server.py FOLDER KEY`. Writes to KEY the private key that it accepts, and
prints its port when it answers."""

import asyncio
import os
import sys

import asyncssh


class Server(asyncssh.SSHServer):
    def __init__(self, accepted):
        self.accepted = accepted

    def begin_auth(self, username):
        return True

    def public_key_auth_supported(self):
        return True

    def validate_public_key(self, username, key):
        return key.public_data == self.accepted


async def main():
    folder, path = sys.argv[1:]
    key = asyncssh.generate_private_key("ssh-ed25519")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.write(key.export_private_key())
    server = await asyncssh.listen(
        "0.0.0.0",
        0,
        server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
        server_factory=lambda: Server(key.public_data),
        sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=folder),
    )
    print(server.get_port(), flush=True)
    await asyncio.Event().wait()


asyncio.run(main())

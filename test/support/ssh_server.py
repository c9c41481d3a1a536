"""An SSH server with SFTP over one folder: `ssh_server.py FOLDER KEY`.

Writes to KEY the private key that it accepts, and prints its port when it answers.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

import asyncssh


class Server(asyncssh.SSHServer):  # type: ignore[misc] # asyncssh is not there where this is checked
    def __init__(self, accepted: bytes) -> None:
        self.accepted = accepted

    def begin_auth(self, username: str) -> bool:
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: Any) -> bool:
        return bool(key.public_data == self.accepted)


async def main() -> None:
    folder, path = sys.argv[1:]
    key = asyncssh.generate_private_key("ssh-ed25519")
    Path(path).touch(mode=0o600)
    Path(path).write_bytes(key.export_private_key())
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

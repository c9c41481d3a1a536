"""Prints the ID of the one image in an OCI archive: the digest of its configuration, equal in every registry.

Called as `image_id.py ARCHIVE RESULT_FILE`.
"""

import json
import sys
import tarfile


def main():
    archive, result = sys.argv[1:]
    with tarfile.open(archive) as tar:

        def read(name):
            return json.load(tar.extractfile(name))

        index = read("index.json")
        manifest = read("blobs/" + index["manifests"][0]["digest"].replace(":", "/"))
        while "config" not in manifest:  # an index of platforms
            manifest = read("blobs/" + manifest["manifests"][0]["digest"].replace(":", "/"))
    with open(result, "w") as file:
        file.write(manifest["config"]["digest"])


main()

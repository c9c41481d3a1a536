import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { pathOf } from "./python.ts";

const run = promisify(execFile);

/** The example of AWS's own documentation: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html. */
const EXAMPLES = `
import json, sys
sys.path.insert(0, sys.argv[1])
from store_signing import Credentials, Request, signed_headers
keys = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "")
empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
host = "examplebucket.s3.amazonaws.com"
put = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"
headers = {"Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"}
requests = [
    Request("GET", host, "/test.txt", {}, {"Range": "bytes=0-9"}, empty),
    Request("PUT", host, "/test$file.text", {}, headers, put),
    Request("GET", host, "/", {"lifecycle": ""}, {}, empty),
    Request("GET", host, "/", {"prefix": "J", "max-keys": "2"}, {}, empty),
]
signed = [signed_headers(one, keys, "us-east-1", "20130524T000000Z")["authorization"] for one in requests]
print(json.dumps([one.rpartition("Signature=")[2] for one in signed]))
`;

test("requests are signed as the examples of AWS are", async () => {
  const { stdout } = await run("python3", ["-B", "-c", EXAMPLES, pathOf("")]);
  expect(JSON.parse(stdout)).toEqual([
    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  ]);
});

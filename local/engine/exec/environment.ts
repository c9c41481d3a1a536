import type { Container } from "../values/container.ts";

/** Gives the container's variables as a record. A later entry wins. */
export function variables(container: Container): Record<string, string> {
  return Object.fromEntries(
    container.config.env.map((entry) => {
      const at = entry.indexOf("=");
      return at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}

/** Gives the environment of a process: the container's variables, the volatile ones, and secrets in clear. */
export async function environment(container: Container): Promise<Record<string, string>> {
  const env: Record<string, string> = { ...variables(container), ...container.volatile };
  for (const { name, secret } of container.secretVariables) env[name] = await secret.plaintext.get();
  return env;
}

/** Replaces `$NAME` and `${NAME}` by the container's variables. Unknown names become empty, and `\$` stands for `$`. */
export function expandVariables(text: string, container: Container): string {
  const env = variables(container);
  return text.replaceAll(/\\\$|\$\{(\w+)\}|\$(\w+)/g, (match, braced?: string, bare?: string) =>
    match === "\\$" ? "$" : (env[braced ?? bare ?? ""] ?? ""),
  );
}

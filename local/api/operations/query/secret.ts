import { readSecret } from "../../../engine/secret-uri.ts";
import { optionalText, text } from "../arguments.ts";
import { makes, reads } from "../define.ts";

/** Secrets. A value is only read when a process needs it. */
export const secrets = [
  makes("Query", "Secret", "setSecret", {
    doc: "A secret given as text; results that depend on it are kept for this session only.",
    args: { name: text("Its name."), plaintext: text("Its value.") },
    apply: (_query, { name, plaintext }, session) => session.secrets.fromText(name, plaintext),
  }),
  makes("Query", "Secret", "secret", {
    doc: "A secret fetched when a process needs it.",
    args: {
      uri: text("`env://NAME`, `file://PATH` or `cmd://COMMAND`."),
      cacheKey: optionalText("Stands for it in cache keys."),
    },
    apply: (_query, { uri, cacheKey }, session) =>
      session.secrets.fromUri(uri, cacheKey, () => readSecret(session.caller, uri)),
  }),
  reads("Secret", "String!", "name", { doc: "The secret's name.", read: (secret) => secret.name }),
  reads("Secret", "String!", "uri", { doc: "Where the secret comes from.", read: (secret) => secret.uri }),
  reads("Secret", "String!", "plaintext", { doc: "The secret's value.", read: (secret) => secret.plaintext.get() }),
];

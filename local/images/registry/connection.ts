import { STATUS_CODES } from "node:http";
import type { Failure } from "./failure.ts";

/** The meaning of connection errors, in the words of container tools. */
const words: Readonly<Record<string, string>> = {
  ENOTFOUND: "no such host",
  EAI_AGAIN: "the name server does not answer",
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset by peer",
  ETIMEDOUT: "i/o timeout",
  EHOSTUNREACH: "no route to host",
  ENETUNREACH: "network is unreachable",
  SELF_SIGNED_CERT_IN_CHAIN: "x509: certificate signed by unknown authority",
  DEPTH_ZERO_SELF_SIGNED_CERT: "x509: certificate signed by unknown authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "x509: certificate signed by unknown authority",
  UNABLE_TO_GET_ISSUER_CERT: "x509: certificate signed by unknown authority",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "x509: certificate signed by unknown authority",
  CERT_HAS_EXPIRED: "x509: certificate has expired",
  CERT_NOT_YET_VALID: "x509: certificate is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "x509: certificate is for another name",
};

/** Describes a request that got no answer, by the code of its error. */
export function failureOfConnection(error: unknown): Failure {
  if (!(error instanceof Error)) return { problem: "unreachable", reason: String(error) };
  if (error.name === "TimeoutError" || error.name === "AbortError")
    return { problem: "unreachable", reason: "i/o timeout" };
  const code = codeOf(error);
  // The proxy answered CONNECT with this status.
  if (code === "ERR_PROXY_TUNNEL" && "statusCode" in error && typeof error.statusCode === "number")
    return { problem: "unreachable", reason: STATUS_CODES[error.statusCode] ?? `${error.statusCode}` };
  return { problem: "unreachable", reason: words[code] ?? error.message.trim() };
}

/** Says whether the other side does not speak TLS at all. */
export function isNoTls(error: unknown): boolean {
  return error instanceof Error && codeOf(error) === "EPROTO";
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

import { z } from "zod";

/* Schemas of what several tables say of a cluster of Kubernetes. */

/** A name of Kubernetes, as a path of its API has it. */
export const objectName = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'expected a name of Kubernetes such as "model"');

/** The address of an API server that a token is sent to. */
export const apiServer = z
  .string()
  .regex(/^https:\/\/[^\s@?#]+$/, "expected an address that begins with https://, without a password or a query");

/** The image that the example's stages run in. */
export const IMAGE = "docker.io/library/python:3.11-slim";

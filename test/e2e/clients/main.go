// What clients.test.ts runs against the included engine: as a program of someone who has the SDK alone.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"

	"dagger.io/dagger"
)

type said struct {
	Entries     []string `json:"entries"`
	Stdout      string   `json:"stdout"`
	ExitCode    int      `json:"exitCode"`
	Stderr      string   `json:"stderr"`
	HasVariable bool     `json:"hasVariable"`
}

func main() {
	ctx := context.Background()
	client := must(dagger.Connect(ctx))
	defer client.Close()
	folder := client.Directory().WithNewFile("a.txt", "hello").WithNewFile("b/c.txt", "deep")
	container := client.Container().From(os.Args[1]).WithMountedDirectory("/given", folder)
	run := container.
		WithEnvVariable("WHO", "someone").
		WithSecretVariable("TOKEN", client.SetSecret("token", "s3cr3t")).
		WithExec([]string{"sh", "-c", `cat /given/b/c.txt; echo " $WHO $TOKEN"`})
	var failed *dagger.ExecError
	_, err := container.WithExec([]string{"sh", "-c", "echo why >&2; exit 3"}).Sync(ctx)
	if !errors.As(err, &failed) {
		panic(err)
	}
	names := []string{}
	for _, variable := range must(run.EnvVariables(ctx)) {
		names = append(names, must(variable.Name(ctx)))
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	_ = out.Encode(said{
		Entries:     must(folder.Entries(ctx)),
		Stdout:      must(run.Stdout(ctx)),
		ExitCode:    failed.ExitCode,
		Stderr:      failed.Stderr,
		HasVariable: slices.Contains(names, "WHO"),
	})
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

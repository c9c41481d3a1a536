// A server of predictions for pods of tests. What it does stands in the environment of its image.
package main

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"os"
	"strconv"
	"time"
)

func number(name string) float64 {
	value, _ := strconv.ParseFloat(os.Getenv(name), 64)
	return value
}

func main() {
	switch os.Getenv("DOES") {
	case "pause":
		for {
			time.Sleep(time.Hour)
		}
	case "crash":
		fmt.Fprintln(os.Stderr, "loading /app/models\nModuleNotFoundError: No module named 'sklearn'")
		os.Exit(3)
	}
	// In milliseconds, and the share of the rows that are answered otherwise.
	takes, otherwise := number("TAKES"), number("OTHERWISE")
	http.HandleFunc("/health", func(response http.ResponseWriter, _ *http.Request) {
		if os.Getenv("DOES") == "unready" {
			response.WriteHeader(503)
		}
	})
	http.HandleFunc("/predict", func(response http.ResponseWriter, request *http.Request) {
		var body struct {
			Instances []map[string]float64 `json:"instances"`
		}
		if err := json.NewDecoder(request.Body).Decode(&body); err != nil {
			http.Error(response, err.Error(), 400)
			return
		}
		time.Sleep(time.Duration(takes * float64(time.Millisecond)))
		found := []string{}
		for _, row := range body.Instances {
			_, part := math.Modf(row["x"] * 7919.17)
			found = append(found, map[bool]string{true: "no", false: "yes"}[math.Abs(part) < otherwise])
		}
		json.NewEncoder(response).Encode(map[string][]string{"predictions": found})
	})
	fmt.Println("serving")
	fmt.Fprintln(os.Stderr, http.ListenAndServe(":8080", nil))
	os.Exit(1)
}

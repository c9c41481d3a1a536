module dagger/team-pipeline

go 1.25.0

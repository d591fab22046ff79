module p4rca/bench/reference

go 1.22

require (
	github.com/bvinc/go-sqlite-lite v0.6.1
	github.com/rcowham/go-libp4dlog v0.14.1
	github.com/sirupsen/logrus v1.9.3
)

require golang.org/x/sys v0.20.0 // indirect

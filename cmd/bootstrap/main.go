//go:build !sandbox

package main

func main() { boot(wire) }

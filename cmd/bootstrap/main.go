package main

func main() { boot(wire) }

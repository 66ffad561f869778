module quitt

go 1.26

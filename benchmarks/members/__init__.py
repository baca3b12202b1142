"""The benchmarks, one module each: `measure(quick)` returns figures."""

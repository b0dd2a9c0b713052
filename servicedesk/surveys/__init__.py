"""Survey waves: five questions about each department a person dealt with. Who answered what stands nowhere."""

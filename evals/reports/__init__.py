"""What people and machines read of a run: terminal, JSON, JUnit, GitHub, and one page of HTML. All are drawn from one ``Report``."""

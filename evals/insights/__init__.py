"""What customers ask for before anything is automated, and afterwards whether the line between agent and people is drawn well."""

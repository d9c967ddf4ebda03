"""The checks: one file a defect, one folder a family; being here is being registered."""

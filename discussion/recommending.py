# Placeholder until the real one lands; overwrite this file whole.
def context(item, user):
    return {}

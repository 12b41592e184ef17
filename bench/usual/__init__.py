"""The usual ways, as a good engineer writes them: Django, Celery, a task per recipient. Nothing of the product's."""

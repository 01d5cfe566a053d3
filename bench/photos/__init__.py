"""What a photo's renditions cost, beside sharp, pyvips, django-imagekit and easy-thumbnails: `make bench-photos`.

Explained in bench/README.md. Ends with one line of JSON.
"""

"""A name server that hands each question on, and the answer back, after a delay.

    slow.py LISTEN UPSTREAM PORT SECONDS

With SECONDS 0 it takes questions and never answers. UDP alone: what is asked here is small.
"""

import socket
import sys
import threading
import time


def hand_on(question: bytes, asker: tuple, here: socket.socket, upstream: tuple, seconds: float):
    time.sleep(seconds)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there:
        there.settimeout(5)
        there.sendto(question, upstream)
        here.sendto(there.recv(4096), asker)


def main(listen: str, upstream: str, port: str, seconds: str):
    here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    here.bind((listen, int(port)))
    while True:
        question, asker = here.recvfrom(4096)
        if float(seconds) > 0:
            job = (question, asker, here, (upstream, int(port)), float(seconds))
            threading.Thread(target=hand_on, args=job, daemon=True).start()


main(*sys.argv[1:])
